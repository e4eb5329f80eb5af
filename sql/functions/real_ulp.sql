-- real_ulp: the step between a float4 and its neighbours. The logarithm may miss the power of two by one.
CREATE OR REPLACE FUNCTION real_ulp(v double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN abs(v) < 1.1754943508222875e-38 THEN 1.401298464324817e-45::float8
                ELSE (SELECT CASE WHEN p > abs(v) THEN p / 2 WHEN 2 * p <= abs(v) THEN 2 * p ELSE p END
                      FROM (SELECT power(2.0::float8, floor(ln(abs(v)) / 0.6931471805599453)) AS p) q) / 8388608 END
$$;
COMMENT ON FUNCTION real_ulp(double precision) IS 'One unit in the last place of a float4 of this size.';
