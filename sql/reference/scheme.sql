-- scheme.sql: the schemes of sector codes. Titles: en, ru, uz (Latin), ko. A code is always scheme:code.
INSERT INTO scheme (code, title_en, title_ru, title_uz, title_ko, version, source) VALUES
    ('IPCC2006', 'IPCC 2006 Guidelines', 'Руководящие принципы МГЭИК 2006 года', 'IPCC 2006-yilgi qoʻllanmasi', 'IPCC 2006 지침', '2006', 'IPCC 2006 Guidelines, vol. 1, Table 8.2'),
    ('IPCC1996', 'Revised 1996 IPCC Guidelines', 'Пересмотренные руководящие принципы МГЭИК 1996 года', 'IPCC 1996-yilgi qayta koʻrilgan qoʻllanmasi', 'IPCC 1996 개정 지침', '1996', 'Revised 1996 IPCC Guidelines, vol. 1, Common reporting framework'),
    ('CRT', 'UNFCCC common reporting tables', 'Общие таблицы представления данных РКИК ООН', 'BMT IOʻDK umumiy hisobot jadvallari', 'UNFCCC 공통보고표', 'Decision 5/CMA.3', 'UNFCCC decision 5/CMA.3, annex I'),
    ('EDGAR', 'EDGAR grid map sectors', 'Секторы сеточных карт EDGAR', 'EDGAR toʻr xaritalari sektorlari', 'EDGAR 격자지도 부문', 'v8', 'Emissions Database for Global Atmospheric Research, JRC'),
    ('CLIMATETRACE', 'Climate TRACE subsectors', 'Подсекторы Climate TRACE', 'Climate TRACE kichik sektorlari', 'Climate TRACE 세부 부문', 'v5', 'Climate TRACE, list of subsectors'),
    ('GPC', 'Global Protocol for Community-Scale inventories', 'Глобальный протокол для городских кадастров', 'Shahar kadastrlari uchun Global protokol', '도시 온실가스 인벤토리 국제 표준(GPC)', '1.1', 'GPC version 1.1, WRI, C40 and ICLEI'),
    ('KR', 'Carbon Spatial Map of Korea', 'Карта углеродного пространства Кореи', 'Koreya uglerod makoni xaritasi', '탄소공간지도', '2023', 'Ministry of Land, Infrastructure and Transport of Korea')
ON CONFLICT (code) DO UPDATE SET
    (title_en, title_ru, title_uz, title_ko, version, source) =
    (excluded.title_en, excluded.title_ru, excluded.title_uz, excluded.title_ko, excluded.version, excluded.source);
