#include "cli/import_module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif

#define MODULE_FILE "fluxgrid-import.so"
#define FOLDER_SIZE 4096

/* The folder of the running program; never the working directory, which others may write to. */
static bool find_own_folder(char *out, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", out, size - 1);
    if (len <= 0 || (size_t)len >= size - 1) {
        return false;
    }
    out[len] = '\0';
    *strrchr(out, '/') = '\0';
    return true;
}

/* Beside the program, as built; else where `make install` puts it. */
static void *open_module(const char *folder)
{
    char path[FOLDER_SIZE + 64];
    (void)snprintf(path, sizeof path, "%s/" MODULE_FILE, folder);
    if (access(path, F_OK) != 0) {
        (void)snprintf(path, sizeof path, "%s/../lib/fluxgrid/" MODULE_FILE, folder);
    }
    return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

const struct import_module *import_module_load(struct why *why)
{
    char folder[FOLDER_SIZE];
    void *handle = find_own_folder(folder, sizeof folder) ? open_module(folder) : NULL;
    const struct import_module *m = handle == NULL ? NULL : dlsym(handle, "fluxgrid_import_module");
    if (m == NULL) {
        const char *fault = dlerror();
        (void)why_set(why, ERR_IO, NULL,
                      "the importer cannot be loaded (%s); install fluxgrid whole",
                      fault != NULL ? fault : "the program's folder is unknown");
        return NULL;
    }
    if (strcmp(m->build, FLUXGRID_BUILD_ID) != 0) {
        (void)why_set(
            why, ERR_IO, NULL,
            "the importer beside the program is of another build; install fluxgrid whole");
        return NULL;
    }
    return m;
}
