#include "cli/import/raster/hdf5_links.h"

#include <stdio.h>

#include <hdf5.h>

struct visit {
    const char *what; /* the first thing that leads out; NULL = nothing does */
    char object[64];
};

static const char *leads_out(hid_t dataset)
{
    hid_t how = H5Dget_create_plist(dataset);
    const char *what = H5Pget_layout(how) == H5D_VIRTUAL ? "is made of other files (virtual)"
                       : H5Pget_external_count(how) > 0  ? "has its data in another file"
                                                         : NULL;
    H5Pclose(how);
    return what;
}

/* Called for every link, once; links to other files are not followed by it. */
static herr_t each_link(hid_t group, const char *name, const H5L_info_t *info, void *context)
{
    struct visit *v = context;
    if (info->type == H5L_TYPE_HARD) {
        hid_t object = H5Oopen(group, name, H5P_DEFAULT);
        v->what = object >= 0 && H5Iget_type(object) == H5I_DATASET ? leads_out(object) : NULL;
        if (object >= 0) {
            H5Oclose(object);
        }
    } else if (info->type != H5L_TYPE_SOFT) {
        v->what = "is a link to another file";
    }
    if (v->what != NULL) {
        snprintf(v->object, sizeof v->object, "%s", name);
    }
    return v->what != NULL;
}

enum err hdf5_links_check(const char *path, const char *name, struct why *why)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (H5Fis_hdf5(path) <= 0) {
        return ERR_OK;
    }
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, 0, 1); /* nobody writes, and some disks cannot lock */
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0) {
        return why_set(why, ERR_INPUT, name,
                       "%s is cut short or damaged: HDF5 cannot open it; fetch it again", name);
    }
    struct visit v = {0};
    herr_t done = H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, each_link, &v);
    H5Fclose(file);
    if (v.what != NULL) {
        return why_set(why, ERR_INPUT, name,
                       "%s: %s %s, and a release is made of the files it names; copy the data into "
                       "the file (h5repack, nccopy)",
                       name, v.object, v.what);
    }
    return done >= 0
               ? ERR_OK
               : why_set(why, ERR_INPUT, name,
                         "%s is damaged: HDF5 cannot list what it holds; fetch it again", name);
}
