"""The map in words: whole sentences of a hand-made release in four languages, and the numbers in them.

In the expected sentences "~" is a no-break space.
"""
import contextlib
import csv
import decimal
import io
import json
import math
import random
import re
import unicodedata

import pytest
import requests
from areas import GEOJSON

# Two cells, weights 3 (in Andijan) and 1 (abroad). CO2 in kt: 1.A.1 800 in 2021, 1600 in 2022; 2.A.1 400 in 2022
# without a place; 3.B.1 takes 2000 out of the air in 2022. CH4: 5 t in 2022. N2O: July, and a part by the year only.
RELEASE = """
SET search_path = fluxgrid, public;
WITH f AS (
    INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells)
    SELECT id, 'words', repeat('1d', 32), 'raster', 4, 10, 2 FROM grid WHERE nx = 1730 RETURNING id
)
INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
    SELECT id, 0, c.col / 64, c.row / 64, block_pack(ARRAY[(c.row % 64) * 64 + c.col % 64], ARRAY[c.v]), 1, c.v, c.v, c.v
    FROM f, (VALUES (1644, 492, 3.0::float8), (0, 0, 1.0)) AS c (col, row, v);
SELECT block_overviews(id), district_field_refresh(id) FROM field WHERE name = 'words';
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('words', '0.1.0', 'W', 'W', 'W', 'W', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('2f', 32));
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, month, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, s.sector, s.gas, s.flow, s.origin, '', s.year, s.month, CASE WHEN s.placed THEN f.id END,
           CASE WHEN s.placed THEN s.mass_t / 4 END, s.mass_t, s.u, s.method
    FROM release r, field f, (VALUES
        ('IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2021, 0, true, 800e3, 10.0, 'reported'),
        ('IPCC2006:1.A.1', 'CO2', 'emission', 'fossil', 2022, 0, true, 1600e3, 10, 'reported'),
        ('IPCC2006:2.A.1', 'CO2', 'emission', 'fossil', 2022, 0, false, 400e3, 10, 'measured'),
        ('IPCC2006:3.B.1', 'CO2', 'removal', 'nonfossil', 2022, 0, true, 2000e3, 20, 'estimated'),
        ('IPCC2006:4.A', 'CH4', 'emission', 'nonfossil', 2022, 0, true, 5, NULL, 'reported'),
        ('IPCC2006:2.B.2', 'N2O', 'emission', 'na', 2021, 7, true, 100, 10, 'reported'),
        ('IPCC2006:2.B.2', 'N2O', 'emission', 'na', 2022, 7, true, 150, 10, 'reported'),
        ('IPCC2006:2.G', 'SF6', 'emission', 'na', 2021, 0, false, 1, 5, 'reported'),
        ('IPCC2006:2.B.3', 'N2O', 'emission', 'na', 2022, 0, true, 80, 10, 'reported')
        ) AS s (sector, gas, flow, origin, year, month, placed, mass_t, u, method)
    WHERE r.slug = 'words' AND f.name = 'words';
SELECT release_publish(id) FROM release WHERE slug = 'words';
"""
LANGS = ("en", "ru", "uz", "ko")
HALF_A_CELL = {"type": "Polygon", "coordinates": [[[72.34, 40.76], [72.345, 40.76], [72.345, 40.79], [72.34, 40.79], [72.34, 40.76]]]}
ESTIMATED = {
    "en": "At least a part of these figures is estimated, neither measured nor reported.",
    "ru": "По крайней мере часть этих данных получена оценкой, а не измерением и не из отчётности.",
    "uz": "Bu raqamlarning kamida bir qismi o‘lchangan yoki hisobotdan olingan emas, baholangan.",
    "ko": "이 수치 가운데 적어도 일부는 측정되거나 보고된 값이 아니라 추정한 값입니다.",
}
BESIDE = {
    "en": "Across the country, another 400~kt~CO₂ has no place on the map and is counted in no area.",
    "ru": "Кроме того, по стране 400~тыс.~т~CO₂ не имеют места на карте и не учтены ни на одной территории.",
    "uz": "Bundan tashqari, mamlakat bo‘yicha xaritada o‘rni yo‘q va hech bir hududda hisobga olinmagan miqdor – 400~ming~t~CO₂.",
    "ko": "이 밖에 전국에서 지도에 위치가 없어 어느 지역에도 포함되지 않은 양: 400천~톤~CO₂.",
}
NO_DATA = {
    "en": "No data does not mean zero: nothing can be said about the amount.",
    "ru": "Отсутствие данных не означает ноль: о величине ничего сказать нельзя.",
    "uz": "Ma’lumot yo‘qligi nol degani emas: miqdor haqida hech narsa deb bo‘lmaydi.",
    "ko": "자료가 없다는 것은 0이라는 뜻이 아니며, 그 양은 알 수 없습니다.",
}
CASES = {
    "the country": ("gas=CO2", {
        "en": ["Uzbekistan emitted 2,000~kt~CO₂ (95% interval: 1,835 to 2,165) in 2022.",
               "Compared with 2021, 1 year earlier, emissions are 150% higher; they were 800~kt~CO₂ then.",
               "The largest sectors: Energy industries (80%); Cement production (20%).",
               "Of this amount, 20% has no place on the map."],
        "ru": ["Республика Узбекистан: выбросы парниковых газов в 2022~году составили 2~000~тыс.~т~CO₂ (доверительный интервал "
               "95~%: от 1~835 до 2~165).",
               "По сравнению с 2021~годом выбросы за 1~год выросли на 150~%; тогда они составляли 800~тыс.~т~CO₂.",
               "Крупнейшие секторы: Энергетические отрасли (80~%); Производство цемента (20~%).",
               "Доля этой величины, не имеющая места на карте, — 20~%."],
        "uz": ["O‘zbekiston Respublikasi: 2022-yilda issiqxona gazlari chiqindilari – 2~000~ming~t~CO₂ (95% ishonch oralig‘i: "
               "1~835 dan 2~165 gacha).",
               "2021-yilga nisbatan chiqindilar 1 yil ichida 150%~ga ko‘paygan; o‘sha paytda – 800~ming~t~CO₂.",
               "Eng yirik sektorlar: Energetika sanoati (80%); Sement ishlab chiqarish (20%).",
               "Shu miqdorning xaritada o‘rni yo‘q qismi – 20%."],
        "ko": ["우즈베키스탄은 2022년 온실가스 배출량이 2,000천~톤~CO₂(95% 신뢰구간 1,835~2,165)입니다.",
               "2021년 대비 배출량은 1년 동안 150% 늘었습니다(당시 800천~톤~CO₂).",
               "가장 큰 부문: 에너지 산업(80%); 시멘트 생산(20%).",
               "이 양의 20%는 지도에 위치가 없습니다."]}),
    "a district": ("gas=CO2&district=1703", {
        "en": ["Andijan region emitted 1,200~kt~CO₂ (95% interval: 1,080 to 1,320) in 2022, 60% of the national figure.",
               "Compared with 2021, 1 year earlier, emissions are 100% higher; they were 600~kt~CO₂ then.",
               "All of it belongs to one sector: Energy industries.", BESIDE["en"]],
        "ru": ["Андижанская область: выбросы парниковых газов в 2022~году составили 1~200~тыс.~т~CO₂ (доверительный интервал 95~%: "
               "от 1~080 до 1~320), доля в показателе по стране — 60~%.",
               "По сравнению с 2021~годом выбросы за 1~год выросли на 100~%; тогда они составляли 600~тыс.~т~CO₂.",
               "Всё это относится к одному сектору: Энергетические отрасли.", BESIDE["ru"]],
        "uz": ["Andijon viloyati: 2022-yilda issiqxona gazlari chiqindilari – 1~200~ming~t~CO₂ (95% ishonch oralig‘i: 1~080 dan "
               "1~320 gacha); mamlakat ko‘rsatkichidagi ulushi – 60%.",
               "2021-yilga nisbatan chiqindilar 1 yil ichida 100%~ga ko‘paygan; o‘sha paytda – 600~ming~t~CO₂.",
               "Hammasi bitta sektorga tegishli: Energetika sanoati.", BESIDE["uz"]],
        "ko": ["안디잔주는 2022년 온실가스 배출량이 1,200천~톤~CO₂(95% 신뢰구간 1,080~1,320)이며, 국가 전체의 60%를 차지합니다.",
               "2021년 대비 배출량은 1년 동안 100% 늘었습니다(당시 600천~톤~CO₂).",
               "전부 한 부문에 속합니다: 에너지 산업.", BESIDE["ko"]]}),
    "a chosen sector, in tonnes": ("gas=CO2&district=1703&sector=IPCC2006:1.A.1&unit=Mt&lulucf=exclude", {
        "en": ["Andijan region (Energy industries, without land use) emitted 1.2~Mt~CO₂ (95% interval: 1.08 to 1.32) in 2022, 75% of "
               "the national figure.",
               "Compared with 2021, 1 year earlier, emissions are 100% higher; they were 0.6~Mt~CO₂ then."],
        "ru": ["Андижанская область (Энергетические отрасли, без землепользования): выбросы парниковых газов в 2022~году составили "
               "1,2~млн~т~CO₂ (доверительный интервал 95~%: от 1,08 до 1,32), доля в показателе по стране — 75~%.",
               "По сравнению с 2021~годом выбросы за 1~год выросли на 100~%; тогда они составляли 0,6~млн~т~CO₂."],
        "uz": ["Andijon viloyati (Energetika sanoati, yerdan foydalanishsiz): 2022-yilda issiqxona gazlari chiqindilari – 1,2~mln~t~CO₂ "
               "(95% ishonch oralig‘i: 1,08 dan 1,32 gacha); mamlakat ko‘rsatkichidagi ulushi – 75%.",
               "2021-yilga nisbatan chiqindilar 1 yil ichida 100%~ga ko‘paygan; o‘sha paytda – 0,6~mln~t~CO₂."],
        "ko": ["안디잔주(에너지 산업, 토지이용 제외)는 2022년 온실가스 배출량이 1.2백만~톤~CO₂(95% 신뢰구간 1.08~1.32)이며, 국가 전체의 "
               "75%를 차지합니다.",
               "2021년 대비 배출량은 1년 동안 100% 늘었습니다(당시 0.6백만~톤~CO₂)."]}),
    "a removal": ("gas=CO2&district=1703&flow=removal", {
        "en": ["Andijan region removed 1,500~kt~CO₂ (95% interval: 1,200 to 1,800) from the air in 2022, 75% of the national figure.",
               "Among the 14 areas of its level it is number 1, counted from the largest.",
               "All of it belongs to one sector: Forest land.", ESTIMATED["en"]],
        "ru": ["Андижанская область: поглощение парниковых газов в 2022~году составило 1~500~тыс.~т~CO₂ (доверительный интервал 95~%: "
               "от 1~200 до 1~800), доля в показателе по стране — 75~%.",
               "Это 1-е место из 14 территорий того же уровня, считая от наибольшей.",
               "Всё это относится к одному сектору: Лесные земли.", ESTIMATED["ru"]],
        "uz": ["Andijon viloyati: 2022-yilda issiqxona gazlari yutilishi – 1~500~ming~t~CO₂ (95% ishonch oralig‘i: 1~200 dan 1~800 "
               "gacha); mamlakat ko‘rsatkichidagi ulushi – 75%.",
               "Shu darajadagi 14 ta hudud orasida, eng kattasidan sanaganda, 1-o‘rin.",
               "Hammasi bitta sektorga tegishli: Oʻrmon yerlari.", ESTIMATED["uz"]],
        "ko": ["안디잔주는 2022년 온실가스 흡수량이 1,500천~톤~CO₂(95% 신뢰구간 1,200~1,800)이며, 국가 전체의 75%를 차지합니다.",
               "같은 단계의 14개 지역 가운데 큰 순서로 1번째입니다.",
               "전부 한 부문에 속합니다: 산림지.", ESTIMATED["ko"]]}),
    "a net sink": ("gas=CO2&district=1703&flow=net", {
        "en": ["Andijan region, on balance, removed 300~kt~CO₂ (95% interval: −23.1 to 623) in 2022; removals are larger than emissions.",
               "Compared with 2021, 1 year earlier, net emissions are lower by 900~kt~CO₂; they were 600~kt~CO₂ then.",
               "The largest sectors: Forest land (−1,500~kt~CO₂); Energy industries (1,200~kt~CO₂).", ESTIMATED["en"], BESIDE["en"]],
        "ru": ["Андижанская область: нетто-поглощение парниковых газов в 2022~году составило 300~тыс.~т~CO₂ (доверительный интервал "
               "95~%: от −23,1 до 623); поглощение больше выбросов.",
               "По сравнению с 2021~годом нетто-выбросы за 1~год снизились на 900~тыс.~т~CO₂; тогда они составляли 600~тыс.~т~CO₂.",
               "Крупнейшие секторы: Лесные земли (−1~500~тыс.~т~CO₂); Энергетические отрасли (1~200~тыс.~т~CO₂).",
               ESTIMATED["ru"], BESIDE["ru"]],
        "uz": ["Andijon viloyati: 2022-yilda issiqxona gazlarining sof yutilishi – 300~ming~t~CO₂ (95% ishonch oralig‘i: −23,1 dan 623 "
               "gacha); yutilish chiqindilardan ko‘p.",
               "2021-yilga nisbatan sof chiqindilar 1 yil ichida kamaygan, farqi – 900~ming~t~CO₂; o‘sha paytda – 600~ming~t~CO₂.",
               "Eng yirik sektorlar: Oʻrmon yerlari (−1~500~ming~t~CO₂); Energetika sanoati (1~200~ming~t~CO₂).",
               ESTIMATED["uz"], BESIDE["uz"]],
        "ko": ["안디잔주는 2022년 흡수가 배출보다 많아 온실가스 순흡수량이 300천~톤~CO₂(95% 신뢰구간 −23.1~623)입니다.",
               "2021년 대비 순배출량은 1년 동안 900천~톤~CO₂ 줄었습니다(당시 600천~톤~CO₂).",
               "가장 큰 부문: 산림지(−1,500천~톤~CO₂); 에너지 산업(1,200천~톤~CO₂).", ESTIMATED["ko"], BESIDE["ko"]]}),
    "zero": ("gas=CO2&district=1726&sector=IPCC2006:1.A.1", {
        "en": ["Tashkent city (Energy industries): emissions in 2022 were zero; this is a known zero, not a gap in the data.",
               "Compared with 2021, nothing has changed; it was zero then as well."],
        "ru": ["Город Ташкент (Энергетические отрасли): выбросы в 2022~году равны нулю; это известный ноль, а не отсутствие данных.",
               "По сравнению с 2021~годом ничего не изменилось; тогда тоже был ноль."],
        "uz": ["Toshkent shahri (Energetika sanoati): 2022-yilda chiqindilar nolga teng; bu ma’lumot yo‘qligi emas, ma’lum nol.",
               "2021-yilga nisbatan hech narsa o‘zgarmagan; o‘sha paytda ham nol edi."],
        "ko": ["타슈켄트(에너지 산업)는 2022년 배출량이 0이며, 이는 자료가 없다는 뜻이 아니라 확인된 0입니다.",
               "2021년 대비 변화가 없습니다(당시에도 0)."]}),
    "no data": ("gas=CH4&year=2021", {
        "en": ["Uzbekistan: the release has no data for this choice in 2021.", NO_DATA["en"]],
        "ru": ["Республика Узбекистан: в 2021~году для этого выбора в выпуске нет данных.", NO_DATA["ru"]],
        "uz": ["O‘zbekiston Respublikasi: 2021-yilda bu tanlov bo‘yicha nashrda ma’lumot yo‘q.", NO_DATA["uz"]],
        "ko": ["우즈베키스탄은 2021년 이 선택에 대한 자료가 공개본에 없습니다.", NO_DATA["ko"]]}),
    "nothing to compare with, nothing known of the uncertainty": ("gas=CH4&unit=t", {
        "en": ["Uzbekistan emitted 5~t~CH₄ (uncertainty unknown) in 2022.", "The release has no earlier data to compare with.",
               "All of it belongs to one sector: Solid waste disposal."],
        "ru": ["Республика Узбекистан: выбросы парниковых газов в 2022~году составили 5~т~CH₄ (неопределённость неизвестна).",
               "Более ранних данных для сравнения в выпуске нет.",
               "Всё это относится к одному сектору: Захоронение твёрдых отходов."],
        "uz": ["O‘zbekiston Respublikasi: 2022-yilda issiqxona gazlari chiqindilari – 5~t~CH₄ (noaniqlik ma’lum emas).",
               "Nashrda solishtirish uchun oldingi ma’lumot yo‘q.",
               "Hammasi bitta sektorga tegishli: Qattiq chiqindilarni koʻmish."],
        "ko": ["우즈베키스탄은 2022년 온실가스 배출량이 5톤~CH₄(불확도 미상)입니다.", "공개본에 비교할 이전 자료가 없습니다.",
               "전부 한 부문에 속합니다: 고형폐기물 매립."]}),
    "a month": ("gas=N2O&month=2022-07&unit=t", {
        "en": ["Uzbekistan emitted 150~t~N₂O (95% interval: 135 to 165) in July 2022.",
               "Compared with July 2021, 1 year earlier, emissions are 50% higher; they were 100~t~N₂O then.",
               "All of it belongs to one sector: Nitric acid production.",
               "Across the country, 80~t~N₂O is known for the year only and is counted in no month."],
        "ru": ["Республика Узбекистан: выбросы парниковых газов в июле 2022~года составили 150~т~N₂O (доверительный интервал 95~%: "
               "от 135 до 165).",
               "По сравнению с июлем 2021~года выбросы за 1~год выросли на 50~%; тогда они составляли 100~т~N₂O.",
               "Всё это относится к одному сектору: Производство азотной кислоты.",
               "По стране 80~т~N₂O известны только за год и не учтены ни в одном месяце."],
        "uz": ["O‘zbekiston Respublikasi: 2022-yil iyul oyida issiqxona gazlari chiqindilari – 150~t~N₂O (95% ishonch oralig‘i: 135 dan "
               "165 gacha).",
               "2021-yil iyul oyiga nisbatan chiqindilar 1 yil ichida 50%~ga ko‘paygan; o‘sha paytda – 100~t~N₂O.",
               "Hammasi bitta sektorga tegishli: Nitrat kislota ishlab chiqarish.",
               "Mamlakat bo‘yicha faqat yil uchun ma’lum va hech bir oyda hisobga olinmagan miqdor – 80~t~N₂O."],
        "ko": ["우즈베키스탄은 2022년 7월 온실가스 배출량이 150톤~N₂O(95% 신뢰구간 135~165)입니다.",
               "2021년 7월 대비 배출량은 1년 동안 50% 늘었습니다(당시 100톤~N₂O).",
               "전부 한 부문에 속합니다: 질산 생산.",
               "전국에서 연 단위로만 알려져 있어 어느 달에도 포함되지 않은 양: 80톤~N₂O."]}),
    "an area": ("gas=CO2&bbox=72.34,40.76,72.345,40.79", {
        "en": ["This area emitted 600~kt~CO₂ (95% interval: 540 to 660) in 2022, 30% of the national figure.",
               "Compared with 2021, 1 year earlier, emissions are 100% higher; they were 300~kt~CO₂ then.",
               "All of it belongs to one sector: Energy industries.", BESIDE["en"]],
        "ru": ["Эта территория: выбросы парниковых газов в 2022~году составили 600~тыс.~т~CO₂ (доверительный интервал 95~%: от 540 до "
               "660), доля в показателе по стране — 30~%.",
               "По сравнению с 2021~годом выбросы за 1~год выросли на 100~%; тогда они составляли 300~тыс.~т~CO₂.",
               "Всё это относится к одному сектору: Энергетические отрасли.", BESIDE["ru"]],
        "uz": ["Bu hudud: 2022-yilda issiqxona gazlari chiqindilari – 600~ming~t~CO₂ (95% ishonch oralig‘i: 540 dan 660 gacha); "
               "mamlakat ko‘rsatkichidagi ulushi – 30%.",
               "2021-yilga nisbatan chiqindilar 1 yil ichida 100%~ga ko‘paygan; o‘sha paytda – 300~ming~t~CO₂.",
               "Hammasi bitta sektorga tegishli: Energetika sanoati.", BESIDE["uz"]],
        "ko": ["이 지역은 2022년 온실가스 배출량이 600천~톤~CO₂(95% 신뢰구간 540~660)이며, 국가 전체의 30%를 차지합니다.",
               "2021년 대비 배출량은 1년 동안 100% 늘었습니다(당시 300천~톤~CO₂).",
               "전부 한 부문에 속합니다: 에너지 산업.", BESIDE["ko"]]}),
}


@pytest.fixture(scope="module")
def words(cluster, database, start_server):
    copy = cluster.create_database("words_release", "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
    yield start_server(copy)


def spelt(sentence, lang):
    """The Korean sign between two bounds is a "~" of its own."""
    bound = re.compile(r"(?<=\d)~(?=[\d−])")
    text = bound.sub("\0", sentence) if lang == "ko" else sentence
    return text.replace("~", "\u00a0").replace("\0", "~")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CASES)
def test_whole_sentences(words, case, lang):
    query, expected = CASES[case]
    answer = words.json(f"/v1/summary?release=words&lang={lang}&{query}")
    assert answer["sentences"] == [spelt(s, lang) for s in expected[lang]]
    assert answer["text"] == " ".join(answer["sentences"])


def test_an_area_that_is_sent_is_told_as_the_same_box(words):
    for lang in LANGS:
        query = f"release=words&lang={lang}&gas=CO2"
        sent = requests.post(f"{words.url}/v1/summary?{query}", data=json.dumps(HALF_A_CELL), headers=GEOJSON, timeout=30).json()
        box = words.json(f"/v1/summary?{query}&bbox=72.34,40.76,72.345,40.79")
        assert sent["sentences"] == box["sentences"] and sent["table"] == box["table"]


def test_an_earlier_year_that_cannot_be_weighed_is_no_reason_to_refuse(words):
    """AR5-20 does not know the SF6 of 2021."""
    assert words.get("/v1/summary?release=words&gwp=AR5-20&year=2021").status_code == 400
    for place in ("", "&bbox=72.34,40.76,72.345,40.79"):
        sentences = words.json("/v1/summary?release=words&gwp=AR5-20&lang=en" + place)["sentences"]
        assert sentences[1] == "The release has no earlier data to compare with."


# --- the numbers in them ----------------------------------------------------------------------

MARKS = {"en": (",", "."), "ru": ("\u00a0", ","), "uz": ("\u00a0", ","), "ko": (",", ".")}


def read(value: float, lang: str) -> str:
    """Three significant digits, all digits before the point, no zeros at the end: by decimal, not by printf."""
    exact = decimal.Decimal(value)
    digits = max(0, 2 - exact.adjusted()) if value else 0
    rounded = exact.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_EVEN)
    if digits and len(rounded.as_tuple().digits) > 3 and rounded.adjusted() > exact.adjusted():
        rounded = exact.quantize(decimal.Decimal(1).scaleb(1 - digits), decimal.ROUND_HALF_EVEN)
    plain = f"{abs(rounded):,f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    group, point = MARKS[lang]
    return ("−" if value < 0 else "") + plain.replace(",", "\0").replace(".", point).replace("\0", group)


def percent(share: float, lang: str) -> str:
    return read(round(100 * share, 1), lang) + ("\u00a0%" if lang == "ru" else "%") if 100 * share >= 1 else None


def test_sentences_and_tables_say_what_emissions_says(server):
    draw = random.Random(7)
    codes = [r["district"] for r in server.json("/v1/districts?limit=1000")["rows"]]
    for _ in range(40):
        code, lang = draw.choice(codes), draw.choice(LANGS)
        flow, gas, unit = draw.choice(["emission", "removal", "net"]), draw.choice(["CO2E", "CO2"]), draw.choice(["t", "kt", "Mt"])
        query = f"district={code}&flow={flow}&gas={gas}&unit={unit}&year={draw.randrange(2011, 2023)}&lang={lang}"
        answer, want = server.json("/v1/summary?" + query), server.json("/v1/emissions?" + query)["rows"][0]
        total = answer["table"]["rows"][-1]
        assert (total["sector"], total["value"], total["lo"], total["hi"], total["status"]) == (
            None, want["value"], want["lo"], want["hi"], want["status"])
        sectors = {r["sector"]: r["value"] for r in server.json(f"/v1/emissions?{query}&groupby=sector")["rows"]}
        assert {r["sector"]: r["value"] for r in answer["table"]["rows"][:-1]} == sectors
        if want["value"] == 0:
            continue
        ends = [want["lo"], want["hi"]] if want["value"] > 0 else [-want["hi"], -want["lo"]]
        for number in (abs(want["value"]), *ends):
            assert re.search(rf"(?<![\d.,]){re.escape(read(number, lang))}(?![\d])", answer["sentences"][0]), (query, number)
        assert total["text"]["value"] == read(want["value"], lang)
        country = server.json(f"/v1/emissions?{query.replace(f'district={code}&', '')}")["rows"][0]["value"]
        share = percent(want["value"] / country, lang) if flow != "net" and code != "UZ" else None
        assert share is None or share in answer["sentences"][0], (query, share)
        before = server.json(f"/v1/emissions?{re.sub('year=[0-9]+', 'year=2010', query)}")["rows"][0]["value"]
        if before > 0 and abs(want["value"] - before) > 0.01 * before:
            assert read(before, lang) in answer["sentences"][1], query


def test_the_table(server):
    answer = server.json("/v1/summary?district=1708&lang=ru")
    table = answer["table"]
    assert table["caption"] == "Джизакская область, 2022\u00a0год: выбросы по секторам"
    assert [(c["key"], c["label"], c["unit"]) for c in table["columns"]] == [
        ("name", "Сектор", None), ("value", "Величина", "тыс.\u00a0т\u00a0CO₂-экв."), ("share", "Доля", None),
        ("lo", "95\u00a0% от", "тыс.\u00a0т\u00a0CO₂-экв."), ("hi", "95\u00a0% до", "тыс.\u00a0т\u00a0CO₂-экв.")]
    values = [r["value"] for r in table["rows"][:-1]]
    assert values == sorted(values, reverse=True) and table["rows"][-1]["name"] == "Всего"
    assert math.fsum(r["share"] for r in table["rows"][:-1]) == pytest.approx(1, rel=1e-9) and table["rows"][-1]["share"] == 1
    net = server.json("/v1/summary?flow=net")["table"]["rows"]
    assert {r["share"] for r in net} == {None} and {r["text"]["share"] for r in net} == {""}
    lines = list(csv.DictReader(io.StringIO(server.get("/v1/summary?district=1708&lang=ru&format=csv").text)))
    assert [(x["sector"] or None, x["name"], float(x["value"])) for x in lines] == [
        (r["sector"], r["name"], r["value"]) for r in table["rows"]]


@pytest.mark.parametrize("lang", LANGS)
def test_plain_text_is_aligned(server, lang):
    reply = server.get(f"/v1/summary?district=1708&lang={lang}", headers={"Accept": "text/plain"})
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    answer = server.json(f"/v1/summary?district=1708&lang={lang}")
    text = reply.content.decode()
    blocks = text.split("\n\n")
    assert blocks[0] == answer["text"] and "AR5-100" in blocks[1] and blocks[2] == answer["table"]["caption"]
    rows = blocks[3].split("\n")
    wide = {sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in row) for row in rows}
    assert len(rows) == 1 + len(answer["table"]["rows"]) and len(wide) == 1
    for row, want in zip(rows[1:], answer["table"]["rows"]):
        assert row.startswith(want["name"]) and all(want["text"][k] in row for k in ("value", "lo", "hi", "share"))
    assert answer["warning"] in text and answer["licence"] in text and answer["attribution"] in text
    url = re.search(r"https?://\S+$", text.strip())[0]
    assert requests.get(url, timeout=30).content == reply.content


def test_months_and_years_and_places_exclude_each_other(server):
    for query, parameter in (("bbox=1,1,2,2&district=UZ", "bbox"), ("year=2010..2012", "year"), ("month=2022-07", "month"),
                             ("groupby=year", "groupby"), ("format=geojson", "format"), ("district=XX", "district")):
        problem = server.get("/v1/summary?" + query)
        assert problem.status_code in (400, 404) and problem.json()["errors"][0]["parameter"] == parameter


def test_a_summary_is_conditional_and_varies_by_language(server):
    first = server.get("/v1/summary", headers={"Accept-Language": "uz"})
    assert first.json()["query"]["lang"] == "uz" and "Accept-Language" in first.headers["Vary"]
    assert server.get("/v1/summary?lang=uz", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert server.get("/v1/summary?lang=ko", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
