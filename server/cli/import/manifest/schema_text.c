/* config/manifest.schema.json inside the program: its one copy serves editors and the importer. */
#include "cli/import/manifest/schema.h"

__asm__(".pushsection .rodata\n"
        ".global schema_manifest_text\n"
        ".type schema_manifest_text, @object\n"
        "schema_manifest_text:\n"
        ".incbin \"config/manifest.schema.json\"\n"
        ".byte 0\n"
        ".size schema_manifest_text, . - schema_manifest_text\n"
        ".popsection\n");
