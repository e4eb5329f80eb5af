-- 0003_operators.sql: who acts through the server's addresses for operators is known by the name of a token ("token:anna");
-- the login role is the same for all of them. A session says so in fluxgrid.actor; without it the login role acts.
ALTER TABLE release_event ALTER COLUMN actor SET DEFAULT coalesce(nullif(current_setting('fluxgrid.actor', true), ''), session_user);
