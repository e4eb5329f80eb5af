/* The phrases in English. Numbers come formatted; {place} begins sentences. */
#include "api/phrases_tables.h"

const char *const phrases_en[PHRASE_COUNT] = {
    [PHRASE_PLACE_AREA] = "This area",
    [PHRASE_PLACE_WHOLE] = "The whole release",
    [PHRASE_PLACE_SCOPED] = "{place} ({scope})",
    [PHRASE_SCOPE_NO_LAND] = "without land use",
    [PHRASE_MORE_SECTORS_ONE] = "{list} and {count} more sector",
    [PHRASE_MORE_SECTORS_FEW] = "{list} and {count} more sectors",
    [PHRASE_MORE_SECTORS_MANY] = "{list} and {count} more sectors",
    [PHRASE_MORE_SECTORS_OTHER] = "{list} and {count} more sectors",

    [PHRASE_MONTH] = "January",
    [PHRASE_MONTH + 1] = "February",
    [PHRASE_MONTH + 2] = "March",
    [PHRASE_MONTH + 3] = "April",
    [PHRASE_MONTH + 4] = "May",
    [PHRASE_MONTH + 5] = "June",
    [PHRASE_MONTH + 6] = "July",
    [PHRASE_MONTH + 7] = "August",
    [PHRASE_MONTH + 8] = "September",
    [PHRASE_MONTH + 9] = "October",
    [PHRASE_MONTH + 10] = "November",
    [PHRASE_MONTH + 11] = "December",
    [PHRASE_MONTH_IN] = "January",
    [PHRASE_MONTH_IN + 1] = "February",
    [PHRASE_MONTH_IN + 2] = "March",
    [PHRASE_MONTH_IN + 3] = "April",
    [PHRASE_MONTH_IN + 4] = "May",
    [PHRASE_MONTH_IN + 5] = "June",
    [PHRASE_MONTH_IN + 6] = "July",
    [PHRASE_MONTH_IN + 7] = "August",
    [PHRASE_MONTH_IN + 8] = "September",
    [PHRASE_MONTH_IN + 9] = "October",
    [PHRASE_MONTH_IN + 10] = "November",
    [PHRASE_MONTH_IN + 11] = "December",
    [PHRASE_MONTH_WITH] = "January",
    [PHRASE_MONTH_WITH + 1] = "February",
    [PHRASE_MONTH_WITH + 2] = "March",
    [PHRASE_MONTH_WITH + 3] = "April",
    [PHRASE_MONTH_WITH + 4] = "May",
    [PHRASE_MONTH_WITH + 5] = "June",
    [PHRASE_MONTH_WITH + 6] = "July",
    [PHRASE_MONTH_WITH + 7] = "August",
    [PHRASE_MONTH_WITH + 8] = "September",
    [PHRASE_MONTH_WITH + 9] = "October",
    [PHRASE_MONTH_WITH + 10] = "November",
    [PHRASE_MONTH_WITH + 11] = "December",
    [PHRASE_PERIOD_YEAR] = "{year}",
    [PHRASE_PERIOD_MONTH] = "{month} {year}",
    [PHRASE_IN_YEAR] = "in {year}",
    [PHRASE_IN_MONTH] = "in {month} {year}",
    [PHRASE_SINCE_YEAR] = "Compared with {year}",
    [PHRASE_SINCE_MONTH] = "Compared with {month} {year}",
    [PHRASE_YEARS_ONE] = "{count} year",
    [PHRASE_YEARS_FEW] = "{count} years",
    [PHRASE_YEARS_MANY] = "{count} years",
    [PHRASE_YEARS_OTHER] = "{count} years",

    [PHRASE_GAS_CO2E] = "CO₂e",
    [PHRASE_UNIT_T] = "t\u00a0{gas}",
    [PHRASE_UNIT_KT] = "kt\u00a0{gas}",
    [PHRASE_UNIT_MT] = "Mt\u00a0{gas}",
    [PHRASE_AMOUNT] = "{number}\u00a0{unit}",
    [PHRASE_AMOUNT_INTERVAL] = "{amount} (95% interval: {lo} to {hi})",
    [PHRASE_AMOUNT_UNCERTAIN] = "{amount} (uncertainty unknown)",

    [PHRASE_EMISSION] = "{place} emitted {amount} {when}.",
    [PHRASE_EMISSION_SHARE] = "{place} emitted {amount} {when}, {share} of the national figure.",
    [PHRASE_REMOVAL] = "{place} removed {amount} from the air {when}.",
    [PHRASE_REMOVAL_SHARE] =
        "{place} removed {amount} from the air {when}, {share} of the national figure.",
    [PHRASE_NET_EMISSION] =
        "{place}, on balance, emitted {amount} {when}; emissions are larger than removals.",
    [PHRASE_NET_REMOVAL] =
        "{place}, on balance, removed {amount} {when}; removals are larger than emissions.",
    [PHRASE_ZERO_EMISSION] = "{place}: emissions {when} were zero; this is a known zero, not a gap "
                             "in the data.",
    [PHRASE_ZERO_REMOVAL] =
        "{place}: removals {when} were zero; this is a known zero, not a gap in "
        "the data.",
    [PHRASE_ZERO_NET] = "{place}: emissions less removals {when} were zero; this is a known zero, "
                        "not a gap in the data.",
    [PHRASE_NO_DATA] = "{place}: the release has no data for this choice {when}.",

    [PHRASE_STILL_ZERO] = "{since}, nothing has changed; it was zero then as well.",
    [PHRASE_EMISSION_MORE] =
        "{since}, {years} earlier, emissions are {percent} higher; they were {before} then.",
    [PHRASE_EMISSION_LESS] =
        "{since}, {years} earlier, emissions are {percent} lower; they were {before} then.",
    [PHRASE_EMISSION_SAME] = "{since}, {years} earlier, emissions are nearly the same.",
    [PHRASE_EMISSION_NEW] = "{since}, emissions are new; there were none then.",
    [PHRASE_REMOVAL_MORE] =
        "{since}, {years} earlier, removals are {percent} higher; they were {before} then.",
    [PHRASE_REMOVAL_LESS] =
        "{since}, {years} earlier, removals are {percent} lower; they were {before} then.",
    [PHRASE_REMOVAL_SAME] = "{since}, {years} earlier, removals are nearly the same.",
    [PHRASE_REMOVAL_NEW] = "{since}, removals are new; there were none then.",
    [PHRASE_NET_MORE] =
        "{since}, {years} earlier, net emissions are higher by {by}; they were {before} then.",
    [PHRASE_NET_LESS] =
        "{since}, {years} earlier, net emissions are lower by {by}; they were {before} then.",
    [PHRASE_NET_SAME] = "{since}, {years} earlier, net emissions are nearly the same.",
    [PHRASE_RANK_ONE] =
        "Among the {count} areas of its level it is number {rank}, counted from the "
        "largest.",
    [PHRASE_RANK_FEW] =
        "Among the {count} areas of its level it is number {rank}, counted from the "
        "largest.",
    [PHRASE_RANK_MANY] =
        "Among the {count} areas of its level it is number {rank}, counted from the "
        "largest.",
    [PHRASE_RANK_OTHER] = "Among the {count} areas of its level it is number {rank}, counted from "
                          "the largest.",
    [PHRASE_NO_EARLIER] = "The release has no earlier data to compare with.",

    [PHRASE_TOP_ITEM] = "{sector} ({value})",
    [PHRASE_TOP_ONE] = "All of it belongs to one sector: {sector}.",
    [PHRASE_TOP_TWO] = "The largest sectors: {first}; {second}.",
    [PHRASE_TOP_THREE] = "The largest sectors: {first}; {second}; {third}.",

    [PHRASE_MIND_NO_DATA] = "No data does not mean zero: nothing can be said about the amount.",
    [PHRASE_MIND_ESTIMATED] =
        "At least a part of these figures is estimated, neither measured nor reported.",
    [PHRASE_MIND_UNALLOCATED] = "Of this amount, {share} has no place on the map.",
    [PHRASE_MIND_UNALLOCATED_BESIDE] =
        "Across the country, another {amount} has no place on the map and is counted in no area.",
    [PHRASE_MIND_YEARLY_ONLY] =
        "Across the country, {amount} is known for the year only and is counted in no month.",

    [PHRASE_CAPTION_EMISSION] = "{place}, {period}: emissions by sector",
    [PHRASE_CAPTION_REMOVAL] = "{place}, {period}: removals by sector",
    [PHRASE_CAPTION_NET] = "{place}, {period}: emissions less removals by sector",
    [PHRASE_COLUMN_SECTOR] = "Sector",
    [PHRASE_COLUMN_VALUE] = "Amount",
    [PHRASE_COLUMN_SHARE] = "Share",
    [PHRASE_COLUMN_LO] = "95% from",
    [PHRASE_COLUMN_HI] = "95% to",
    [PHRASE_ROW_TOTAL] = "Total",
    [PHRASE_PINNED] = "Permanent address: {url}",

    [PHRASE_CITE] = "{publisher} ({year}). {title}. Version {version}. <{url}>.",
    [PHRASE_CITE_LICENCE] = "Licence: {licence}.",
    [PHRASE_CITE_ATTRIBUTION] = "Attribution: {attribution}.",
    [PHRASE_CITE_OWN] = "The publisher's citation: {citation}.",
    [PHRASE_CITE_BODY] = "The area that was sent: {body}.",
};
