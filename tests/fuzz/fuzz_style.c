/* fuzz_style.c - style files: refused with a reason, or breaks that ascend and classes that exist.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "fuzz.h"
#include "render/style.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct style style;
    struct why why = {.code = ERR_OK};
    if (style_parse("density-inferno.json", (const char *)data, size, &style, &why) != ERR_OK) {
        check(why.reason[0] != '\0');
        return 0;
    }
    check(style.class_count == style.break_count + 1 && style.class_count <= STYLE_MAX_CLASSES);
    check(style.gas_count >= 0 && style.gas_count <= STYLE_MAX_GASES);
    for (int i = 0; i < style.break_count; i++) {
        check(isfinite(style.breaks[i]) && (i == 0 || style.breaks[i] > style.breaks[i - 1]));
        check(style.breaks[i] == 0 || style_class(&style, style.breaks[i]) == i + 1);
    }
    return 0;
}
