/* The phrases in Russian. Names stand in the nominative, before a colon or in brackets, so that
 * none has to be declined; after «из» a count asks for the genitive: из 21 территории, из 22
 * территорий. */
#include "api/phrases_tables.h"

const char *const phrases_ru[PHRASE_COUNT] = {
    [PHRASE_PLACE_AREA] = "Эта территория",
    [PHRASE_PLACE_WHOLE] = "Весь выпуск",
    [PHRASE_PLACE_SCOPED] = "{place} ({scope})",
    [PHRASE_SCOPE_NO_LAND] = "без землепользования",
    [PHRASE_MORE_SECTORS_ONE] = "{list} и ещё {count} сектор",
    [PHRASE_MORE_SECTORS_FEW] = "{list} и ещё {count} сектора",
    [PHRASE_MORE_SECTORS_MANY] = "{list} и ещё {count} секторов",
    [PHRASE_MORE_SECTORS_OTHER] = "{list} и ещё {count} сектора",

    [PHRASE_MONTH] = "январь",
    [PHRASE_MONTH + 1] = "февраль",
    [PHRASE_MONTH + 2] = "март",
    [PHRASE_MONTH + 3] = "апрель",
    [PHRASE_MONTH + 4] = "май",
    [PHRASE_MONTH + 5] = "июнь",
    [PHRASE_MONTH + 6] = "июль",
    [PHRASE_MONTH + 7] = "август",
    [PHRASE_MONTH + 8] = "сентябрь",
    [PHRASE_MONTH + 9] = "октябрь",
    [PHRASE_MONTH + 10] = "ноябрь",
    [PHRASE_MONTH + 11] = "декабрь",
    [PHRASE_MONTH_IN] = "январе",
    [PHRASE_MONTH_IN + 1] = "феврале",
    [PHRASE_MONTH_IN + 2] = "марте",
    [PHRASE_MONTH_IN + 3] = "апреле",
    [PHRASE_MONTH_IN + 4] = "мае",
    [PHRASE_MONTH_IN + 5] = "июне",
    [PHRASE_MONTH_IN + 6] = "июле",
    [PHRASE_MONTH_IN + 7] = "августе",
    [PHRASE_MONTH_IN + 8] = "сентябре",
    [PHRASE_MONTH_IN + 9] = "октябре",
    [PHRASE_MONTH_IN + 10] = "ноябре",
    [PHRASE_MONTH_IN + 11] = "декабре",
    [PHRASE_MONTH_WITH] = "январём",
    [PHRASE_MONTH_WITH + 1] = "февралём",
    [PHRASE_MONTH_WITH + 2] = "мартом",
    [PHRASE_MONTH_WITH + 3] = "апрелем",
    [PHRASE_MONTH_WITH + 4] = "маем",
    [PHRASE_MONTH_WITH + 5] = "июнем",
    [PHRASE_MONTH_WITH + 6] = "июлем",
    [PHRASE_MONTH_WITH + 7] = "августом",
    [PHRASE_MONTH_WITH + 8] = "сентябрём",
    [PHRASE_MONTH_WITH + 9] = "октябрём",
    [PHRASE_MONTH_WITH + 10] = "ноябрём",
    [PHRASE_MONTH_WITH + 11] = "декабрём",
    [PHRASE_PERIOD_YEAR] = "{year}" NBSP "год",
    [PHRASE_PERIOD_MONTH] = "{month} {year}" NBSP "года",
    [PHRASE_IN_YEAR] = "в {year}" NBSP "году",
    [PHRASE_IN_MONTH] = "в {month} {year}" NBSP "года",
    [PHRASE_SINCE_YEAR] = "По сравнению с {year}" NBSP "годом",
    [PHRASE_SINCE_MONTH] = "По сравнению с {month} {year}" NBSP "года",
    [PHRASE_YEARS_ONE] = "{count}" NBSP "год",
    [PHRASE_YEARS_FEW] = "{count}" NBSP "года",
    [PHRASE_YEARS_MANY] = "{count}" NBSP "лет",
    [PHRASE_YEARS_OTHER] = "{count}" NBSP "года",

    [PHRASE_GAS_CO2E] = "CO₂-экв.",
    [PHRASE_UNIT_T] = "т" NBSP "{gas}",
    [PHRASE_UNIT_KT] = "тыс." NBSP "т" NBSP "{gas}",
    [PHRASE_UNIT_MT] = "млн" NBSP "т" NBSP "{gas}",
    [PHRASE_AMOUNT] = "{number}" NBSP "{unit}",
    [PHRASE_AMOUNT_INTERVAL] = "{amount} (доверительный интервал 95" NBSP "%: от {lo} до {hi})",
    [PHRASE_AMOUNT_UNCERTAIN] = "{amount} (неопределённость неизвестна)",

    [PHRASE_EMISSION] = "{place}: выбросы парниковых газов {when} составили {amount}.",
    [PHRASE_EMISSION_SHARE] = "{place}: выбросы парниковых газов {when} составили {amount}, доля в "
                              "показателе по стране — {share}.",
    [PHRASE_REMOVAL] = "{place}: поглощение парниковых газов {when} составило {amount}.",
    [PHRASE_REMOVAL_SHARE] = "{place}: поглощение парниковых газов {when} составило {amount}, доля "
                             "в показателе по стране — {share}.",
    [PHRASE_NET_EMISSION] = "{place}: нетто-выбросы парниковых газов {when} составили {amount}; "
                            "выбросы больше поглощения.",
    [PHRASE_NET_REMOVAL] = "{place}: нетто-поглощение парниковых газов {when} составило {amount}; "
                           "поглощение больше выбросов.",
    [PHRASE_ZERO_EMISSION] =
        "{place}: выбросы {when} равны нулю; это известный ноль, а не отсутствие данных.",
    [PHRASE_ZERO_REMOVAL] =
        "{place}: поглощение {when} равно нулю; это известный ноль, а не отсутствие данных.",
    [PHRASE_ZERO_NET] = "{place}: выбросы за вычетом поглощения {when} равны нулю; это известный "
                        "ноль, а не отсутствие данных.",
    [PHRASE_NO_DATA] = "{place}: {when} для этого выбора в выпуске нет данных.",

    [PHRASE_STILL_ZERO] = "{since} ничего не изменилось; тогда тоже был ноль.",
    [PHRASE_EMISSION_MORE] =
        "{since} выбросы за {years} выросли на {percent}; тогда они составляли {before}.",
    [PHRASE_EMISSION_LESS] =
        "{since} выбросы за {years} снизились на {percent}; тогда они составляли {before}.",
    [PHRASE_EMISSION_SAME] = "{since} выбросы за {years} почти не изменились.",
    [PHRASE_EMISSION_NEW] = "{since} выбросы появились; тогда их не было.",
    [PHRASE_REMOVAL_MORE] =
        "{since} поглощение за {years} выросло на {percent}; тогда оно составляло {before}.",
    [PHRASE_REMOVAL_LESS] =
        "{since} поглощение за {years} снизилось на {percent}; тогда оно составляло {before}.",
    [PHRASE_REMOVAL_SAME] = "{since} поглощение за {years} почти не изменилось.",
    [PHRASE_REMOVAL_NEW] = "{since} поглощение появилось; тогда его не было.",
    [PHRASE_NET_MORE] =
        "{since} нетто-выбросы за {years} выросли на {by}; тогда они составляли {before}.",
    [PHRASE_NET_LESS] =
        "{since} нетто-выбросы за {years} снизились на {by}; тогда они составляли {before}.",
    [PHRASE_NET_SAME] = "{since} нетто-выбросы за {years} почти не изменились.",
    [PHRASE_RANK_ONE] =
        "Это {rank}-е место из {count} территории того же уровня, считая от наибольшей.",
    [PHRASE_RANK_FEW] =
        "Это {rank}-е место из {count} территорий того же уровня, считая от наибольшей.",
    [PHRASE_RANK_MANY] =
        "Это {rank}-е место из {count} территорий того же уровня, считая от наибольшей.",
    [PHRASE_RANK_OTHER] =
        "Это {rank}-е место из {count} территории того же уровня, считая от наибольшей.",
    [PHRASE_NO_EARLIER] = "Более ранних данных для сравнения в выпуске нет.",

    [PHRASE_TOP_ITEM] = "{sector} ({value})",
    [PHRASE_TOP_ONE] = "Всё это относится к одному сектору: {sector}.",
    [PHRASE_TOP_TWO] = "Крупнейшие секторы: {first}; {second}.",
    [PHRASE_TOP_THREE] = "Крупнейшие секторы: {first}; {second}; {third}.",

    [PHRASE_MIND_NO_DATA] = "Отсутствие данных не означает ноль: о величине ничего сказать нельзя.",
    [PHRASE_MIND_ESTIMATED] =
        "По крайней мере часть этих данных получена оценкой, а не измерением и не из отчётности.",
    [PHRASE_MIND_UNALLOCATED] = "Доля этой величины, не имеющая места на карте, — {share}.",
    [PHRASE_MIND_UNALLOCATED_BESIDE] = "Кроме того, по стране {amount} не имеют места на карте и "
                                       "не учтены ни на одной территории.",
    [PHRASE_MIND_YEARLY_ONLY] =
        "По стране {amount} известны только за год и не учтены ни в одном месяце.",

    [PHRASE_CAPTION_EMISSION] = "{place}, {period}: выбросы по секторам",
    [PHRASE_CAPTION_REMOVAL] = "{place}, {period}: поглощение по секторам",
    [PHRASE_CAPTION_NET] = "{place}, {period}: выбросы за вычетом поглощения по секторам",
    [PHRASE_COLUMN_SECTOR] = "Сектор",
    [PHRASE_COLUMN_VALUE] = "Величина",
    [PHRASE_COLUMN_SHARE] = "Доля",
    [PHRASE_COLUMN_LO] = "95" NBSP "% от",
    [PHRASE_COLUMN_HI] = "95" NBSP "% до",
    [PHRASE_ROW_TOTAL] = "Всего",
    [PHRASE_PINNED] = "Постоянный адрес: {url}",

    [PHRASE_CITE] = "{publisher} ({year}). {title}. Версия {version}. <{url}>.",
    [PHRASE_CITE_LICENCE] = "Лицензия: {licence}.",
    [PHRASE_CITE_ATTRIBUTION] = "Источники: {attribution}.",
    [PHRASE_CITE_OWN] = "Ссылка, предложенная издателем: {citation}.",
    [PHRASE_CITE_BODY] = "Отправленная территория: {body}.",
};
