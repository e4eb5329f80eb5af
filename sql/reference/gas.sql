-- gas.sql: the gases of national inventories. Names: en, ru, uz (Latin), ko.
INSERT INTO gas (code, sort, name_en, name_ru, name_uz, name_ko) VALUES
    ('CO2', 1, 'Carbon dioxide', 'Диоксид углерода', 'Karbonat angidrid', '이산화탄소'),
    ('CH4', 2, 'Methane', 'Метан', 'Metan', '메탄'),
    ('N2O', 3, 'Nitrous oxide', 'Закись азота', 'Azot (I) oksidi', '아산화질소'),
    ('SF6', 4, 'Sulphur hexafluoride', 'Гексафторид серы', 'Oltingugurt geksaftoridi', '육불화황'),
    ('NF3', 5, 'Nitrogen trifluoride', 'Трифторид азота', 'Azot triftoridi', '삼불화질소'),
    ('HFC-23', 6, 'HFC-23', 'ГФУ-23', 'GFU-23', 'HFC-23'),
    ('HFC-32', 7, 'HFC-32', 'ГФУ-32', 'GFU-32', 'HFC-32'),
    ('HFC-125', 8, 'HFC-125', 'ГФУ-125', 'GFU-125', 'HFC-125'),
    ('HFC-134A', 9, 'HFC-134a', 'ГФУ-134a', 'GFU-134a', 'HFC-134a'),
    ('HFC-143A', 10, 'HFC-143a', 'ГФУ-143a', 'GFU-143a', 'HFC-143a'),
    ('HFC-152A', 11, 'HFC-152a', 'ГФУ-152a', 'GFU-152a', 'HFC-152a'),
    ('HFC-227EA', 12, 'HFC-227ea', 'ГФУ-227ea', 'GFU-227ea', 'HFC-227ea'),
    ('HFC-245FA', 13, 'HFC-245fa', 'ГФУ-245fa', 'GFU-245fa', 'HFC-245fa'),
    ('CF4', 14, 'Tetrafluoromethane (PFC-14)', 'Тетрафторметан (ПФУ-14)', 'Tetraftormetan (PFU-14)', '사불화탄소 (PFC-14)'),
    ('C2F6', 15, 'Hexafluoroethane (PFC-116)', 'Гексафторэтан (ПФУ-116)', 'Geksaftoretan (PFU-116)', '육불화에탄 (PFC-116)')
ON CONFLICT (code) DO UPDATE SET
    (sort, name_en, name_ru, name_uz, name_ko) =
    (excluded.sort, excluded.name_en, excluded.name_ru, excluded.name_uz, excluded.name_ko);
