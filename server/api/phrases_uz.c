/* The phrases in Uzbek (Latin script). Names and amounts take no suffix: they stand alone, before a
 * colon or after a dash. Nouns after a number stay singular: 12 yil, 5 ta sektor. */
#include "api/phrases_tables.h"

const char *const phrases_uz[PHRASE_COUNT] = {
    [PHRASE_PLACE_AREA] = "Bu hudud",
    [PHRASE_PLACE_WHOLE] = "Butun nashr",
    [PHRASE_PLACE_SCOPED] = "{place} ({scope})",
    [PHRASE_SCOPE_NO_LAND] = "yerdan foydalanishsiz",
    [PHRASE_MORE_SECTORS_ONE] = "{list} va yana {count} ta sektor",
    [PHRASE_MORE_SECTORS_FEW] = "{list} va yana {count} ta sektor",
    [PHRASE_MORE_SECTORS_MANY] = "{list} va yana {count} ta sektor",
    [PHRASE_MORE_SECTORS_OTHER] = "{list} va yana {count} ta sektor",

    [PHRASE_MONTH] = "yanvar",
    [PHRASE_MONTH + 1] = "fevral",
    [PHRASE_MONTH + 2] = "mart",
    [PHRASE_MONTH + 3] = "aprel",
    [PHRASE_MONTH + 4] = "may",
    [PHRASE_MONTH + 5] = "iyun",
    [PHRASE_MONTH + 6] = "iyul",
    [PHRASE_MONTH + 7] = "avgust",
    [PHRASE_MONTH + 8] = "sentabr",
    [PHRASE_MONTH + 9] = "oktabr",
    [PHRASE_MONTH + 10] = "noyabr",
    [PHRASE_MONTH + 11] = "dekabr",
    [PHRASE_MONTH_IN] = "yanvar",
    [PHRASE_MONTH_IN + 1] = "fevral",
    [PHRASE_MONTH_IN + 2] = "mart",
    [PHRASE_MONTH_IN + 3] = "aprel",
    [PHRASE_MONTH_IN + 4] = "may",
    [PHRASE_MONTH_IN + 5] = "iyun",
    [PHRASE_MONTH_IN + 6] = "iyul",
    [PHRASE_MONTH_IN + 7] = "avgust",
    [PHRASE_MONTH_IN + 8] = "sentabr",
    [PHRASE_MONTH_IN + 9] = "oktabr",
    [PHRASE_MONTH_IN + 10] = "noyabr",
    [PHRASE_MONTH_IN + 11] = "dekabr",
    [PHRASE_MONTH_WITH] = "yanvar",
    [PHRASE_MONTH_WITH + 1] = "fevral",
    [PHRASE_MONTH_WITH + 2] = "mart",
    [PHRASE_MONTH_WITH + 3] = "aprel",
    [PHRASE_MONTH_WITH + 4] = "may",
    [PHRASE_MONTH_WITH + 5] = "iyun",
    [PHRASE_MONTH_WITH + 6] = "iyul",
    [PHRASE_MONTH_WITH + 7] = "avgust",
    [PHRASE_MONTH_WITH + 8] = "sentabr",
    [PHRASE_MONTH_WITH + 9] = "oktabr",
    [PHRASE_MONTH_WITH + 10] = "noyabr",
    [PHRASE_MONTH_WITH + 11] = "dekabr",
    [PHRASE_PERIOD_YEAR] = "{year}-yil",
    [PHRASE_PERIOD_MONTH] = "{year}-yil {month}",
    [PHRASE_IN_YEAR] = "{year}-yilda",
    [PHRASE_IN_MONTH] = "{year}-yil {month} oyida",
    [PHRASE_SINCE_YEAR] = "{year}-yilga nisbatan",
    [PHRASE_SINCE_MONTH] = "{year}-yil {month} oyiga nisbatan",
    [PHRASE_YEARS_ONE] = "{count} yil",
    [PHRASE_YEARS_FEW] = "{count} yil",
    [PHRASE_YEARS_MANY] = "{count} yil",
    [PHRASE_YEARS_OTHER] = "{count} yil",

    [PHRASE_GAS_CO2E] = "CO₂-ekv.",
    [PHRASE_UNIT_T] = "t\u00a0{gas}",
    [PHRASE_UNIT_KT] = "ming\u00a0t\u00a0{gas}",
    [PHRASE_UNIT_MT] = "mln\u00a0t\u00a0{gas}",
    [PHRASE_AMOUNT] = "{number}\u00a0{unit}",
    [PHRASE_AMOUNT_INTERVAL] = "{amount} (95% ishonch oralig‘i: {lo} dan {hi} gacha)",
    [PHRASE_AMOUNT_UNCERTAIN] = "{amount} (noaniqlik ma’lum emas)",

    [PHRASE_EMISSION] = "{place}: {when} issiqxona gazlari chiqindilari – {amount}.",
    [PHRASE_EMISSION_SHARE] = "{place}: {when} issiqxona gazlari chiqindilari – {amount}; mamlakat "
                              "ko‘rsatkichidagi ulushi – {share}.",
    [PHRASE_REMOVAL] = "{place}: {when} issiqxona gazlari yutilishi – {amount}.",
    [PHRASE_REMOVAL_SHARE] = "{place}: {when} issiqxona gazlari yutilishi – {amount}; mamlakat "
                             "ko‘rsatkichidagi ulushi – {share}.",
    [PHRASE_NET_EMISSION] = "{place}: {when} issiqxona gazlarining sof chiqindilari – {amount}; "
                            "chiqindilar yutilishdan ko‘p.",
    [PHRASE_NET_REMOVAL] =
        "{place}: {when} issiqxona gazlarining sof yutilishi – {amount}; yutilish "
        "chiqindilardan ko‘p.",
    [PHRASE_ZERO_EMISSION] =
        "{place}: {when} chiqindilar nolga teng; bu ma’lumot yo‘qligi emas, ma’lum nol.",
    [PHRASE_ZERO_REMOVAL] =
        "{place}: {when} yutilish nolga teng; bu ma’lumot yo‘qligi emas, ma’lum nol.",
    [PHRASE_ZERO_NET] = "{place}: {when} chiqindilar va yutilish ayirmasi nolga teng; bu ma’lumot "
                        "yo‘qligi emas, ma’lum nol.",
    [PHRASE_NO_DATA] = "{place}: {when} bu tanlov bo‘yicha nashrda ma’lumot yo‘q.",

    [PHRASE_STILL_ZERO] = "{since} hech narsa o‘zgarmagan; o‘sha paytda ham nol edi.",
    [PHRASE_EMISSION_MORE] = "{since} chiqindilar {years} ichida {percent}" NBSP
                             "ga ko‘paygan; o‘sha paytda – {before}.",
    [PHRASE_EMISSION_LESS] =
        "{since} chiqindilar {years} ichida {percent}" NBSP "ga kamaygan; o‘sha paytda – {before}.",
    [PHRASE_EMISSION_SAME] = "{since} chiqindilar {years} ichida deyarli o‘zgarmagan.",
    [PHRASE_EMISSION_NEW] = "{since} chiqindilar paydo bo‘lgan; o‘sha paytda ular yo‘q edi.",
    [PHRASE_REMOVAL_MORE] =
        "{since} yutilish {years} ichida {percent}" NBSP "ga ko‘paygan; o‘sha paytda – {before}.",
    [PHRASE_REMOVAL_LESS] =
        "{since} yutilish {years} ichida {percent}" NBSP "ga kamaygan; o‘sha paytda – {before}.",
    [PHRASE_REMOVAL_SAME] = "{since} yutilish {years} ichida deyarli o‘zgarmagan.",
    [PHRASE_REMOVAL_NEW] = "{since} yutilish paydo bo‘lgan; o‘sha paytda u yo‘q edi.",
    [PHRASE_NET_MORE] =
        "{since} sof chiqindilar {years} ichida ko‘paygan, farqi – {by}; o‘sha paytda – {before}.",
    [PHRASE_NET_LESS] =
        "{since} sof chiqindilar {years} ichida kamaygan, farqi – {by}; o‘sha paytda – {before}.",
    [PHRASE_NET_SAME] = "{since} sof chiqindilar {years} ichida deyarli o‘zgarmagan.",
    [PHRASE_RANK_ONE] = "Shu darajadagi {count} ta hudud orasida, eng kattasidan sanaganda, "
                        "{rank}-o‘rin.",
    [PHRASE_RANK_FEW] = "Shu darajadagi {count} ta hudud orasida, eng kattasidan sanaganda, "
                        "{rank}-o‘rin.",
    [PHRASE_RANK_MANY] = "Shu darajadagi {count} ta hudud orasida, eng kattasidan sanaganda, "
                         "{rank}-o‘rin.",
    [PHRASE_RANK_OTHER] = "Shu darajadagi {count} ta hudud orasida, eng kattasidan sanaganda, "
                          "{rank}-o‘rin.",
    [PHRASE_NO_EARLIER] = "Nashrda solishtirish uchun oldingi ma’lumot yo‘q.",

    [PHRASE_TOP_ITEM] = "{sector} ({value})",
    [PHRASE_TOP_ONE] = "Hammasi bitta sektorga tegishli: {sector}.",
    [PHRASE_TOP_TWO] = "Eng yirik sektorlar: {first}; {second}.",
    [PHRASE_TOP_THREE] = "Eng yirik sektorlar: {first}; {second}; {third}.",

    [PHRASE_MIND_NO_DATA] =
        "Ma’lumot yo‘qligi nol degani emas: miqdor haqida hech narsa deb bo‘lmaydi.",
    [PHRASE_MIND_ESTIMATED] = "Bu raqamlarning kamida bir qismi o‘lchangan yoki hisobotdan olingan "
                              "emas, baholangan.",
    [PHRASE_MIND_UNALLOCATED] = "Shu miqdorning xaritada o‘rni yo‘q qismi – {share}.",
    [PHRASE_MIND_UNALLOCATED_BESIDE] = "Bundan tashqari, mamlakat bo‘yicha xaritada o‘rni yo‘q va "
                                       "hech bir hududda hisobga olinmagan miqdor – {amount}.",
    [PHRASE_MIND_YEARLY_ONLY] = "Mamlakat bo‘yicha faqat yil uchun ma’lum va hech bir oyda hisobga "
                                "olinmagan miqdor – {amount}.",

    [PHRASE_CAPTION_EMISSION] = "{place}, {period}: sektorlar bo‘yicha chiqindilar",
    [PHRASE_CAPTION_REMOVAL] = "{place}, {period}: sektorlar bo‘yicha yutilish",
    [PHRASE_CAPTION_NET] = "{place}, {period}: sektorlar bo‘yicha chiqindilar va yutilish ayirmasi",
    [PHRASE_COLUMN_SECTOR] = "Sektor",
    [PHRASE_COLUMN_VALUE] = "Miqdori",
    [PHRASE_COLUMN_SHARE] = "Ulushi",
    [PHRASE_COLUMN_LO] = "95%, quyi",
    [PHRASE_COLUMN_HI] = "95%, yuqori",
    [PHRASE_ROW_TOTAL] = "Jami",
    [PHRASE_PINNED] = "Doimiy havola: {url}",

    [PHRASE_CITE] = "{publisher} ({year}). {title}. {version}-versiya. <{url}>.",
    [PHRASE_CITE_LICENCE] = "Litsenziya: {licence}.",
    [PHRASE_CITE_ATTRIBUTION] = "Manbalar: {attribution}.",
    [PHRASE_CITE_OWN] = "Nashr etuvchi taklif qilgan iqtibos: {citation}.",
    [PHRASE_CITE_BODY] = "Yuborilgan hudud: {body}.",
};
