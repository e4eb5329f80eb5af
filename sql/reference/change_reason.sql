-- change_reason.sql: why a release differs from the one before. A closed list: manifests are checked against it.
-- There is no reason for GWP: masses are stored as tonnes of the gas, so that another GWP set changes no release.
INSERT INTO change_reason (code, sort, name_en, name_ru, name_uz, name_ko, meaning) VALUES
    ('new-year', 1, 'New year', 'Новый год', 'Yangi yil', '신규 연도',
     'Data of a further year were added.'),
    ('activity-data', 2, 'Activity data', 'Данные о деятельности', 'Faoliyat ma’lumotlari', '활동자료',
     'Fuel use, production, livestock, areas or other activity data were revised.'),
    ('emission-factor', 3, 'Emission factor', 'Коэффициент выбросов', 'Emissiya koeffitsienti', '배출계수',
     'An emission, removal, oxidation or conversion factor was revised.'),
    ('method', 4, 'Method', 'Методика', 'Metodika', '산정방법',
     'A model, tier or guideline was replaced by another.'),
    ('new-source', 5, 'New source or sink', 'Новый источник или поглотитель', 'Yangi manba yoki yutuvchi', '신규 배출원·흡수원',
     'A source or sink is estimated that was not estimated before.'),
    ('boundary', 6, 'Coverage', 'Границы охвата', 'Qamrov chegaralari', '산정범위',
     'The territory or the set of activities that is covered changed.'),
    ('classification', 7, 'Classification', 'Классификация', 'Tasniflash', '분류',
     'Mass moved between sectors, fuels or gases; the sum is the same.'),
    ('spatial', 8, 'Place on the map', 'Размещение на карте', 'Xaritadagi joylashuv', '공간배분',
     'Proxies, places or grids changed; the totals are the same.'),
    ('error', 9, 'Error corrected', 'Исправление ошибки', 'Xato tuzatildi', '오류 수정',
     'A mistake in the release before was corrected.'),
    ('uncertainty', 10, 'Uncertainty', 'Неопределённость', 'Noaniqlik', '불확도',
     'Uncertainties were revised; the masses are the same.'),
    ('documentation', 11, 'Documentation', 'Документация', 'Hujjatlar', '문서',
     'Only texts changed: title, licence, citation, provenance.')
ON CONFLICT (code) DO UPDATE SET
    (sort, name_en, name_ru, name_uz, name_ko, meaning) =
    (excluded.sort, excluded.name_en, excluded.name_ru, excluded.name_uz, excluded.name_ko, excluded.meaning);
