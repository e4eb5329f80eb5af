/* netcdf_header.h - the header of a classic netCDF file, built by name. Pure.
 *
 * The format: NetCDF Classic Format Specification (CDF-2). A variable's place depends on the
 * header's length, which depends on nothing but the names: so it is written twice.
 */
#ifndef EXPORT_NETCDF_HEADER_H
#define EXPORT_NETCDF_HEADER_H

#include "base/buf.h"

enum nc_type { NC_CHAR = 2, NC_INT = 4, NC_FLOAT = 5, NC_DOUBLE = 6 };

#define NC_MAX_ATTRIBUTES 32
#define NC_MAX_VARIABLES  10

struct nc_dimension {
    const char *name;
    int32_t length;
};

struct nc_attribute {
    const char *name;
    enum nc_type type; /* NC_CHAR: text; else one number */
    const char *text;
    double number;
};

struct nc_variable {
    const char *name;
    enum nc_type type;
    int rank, dimensions[2];
    int attribute_count;
    struct nc_attribute attributes[NC_MAX_ATTRIBUTES];
    int64_t begin; /* offset of its data in the file; netcdf_header_write() sets it */
};

struct nc_file {
    int dimension_count, variable_count, attribute_count;
    struct nc_dimension dimensions[3];
    struct nc_attribute attributes[NC_MAX_ATTRIBUTES];
    struct nc_variable variables[NC_MAX_VARIABLES]; /* one of 4 GiB and more has to be the last */
};

struct nc_variable *nc_add_variable(struct nc_file *f, const char *name, enum nc_type type,
                                    int rank, int first, int second);
/** An empty text is left out. */
void nc_variable_text(struct nc_variable *v, const char *name, const char *text);
void nc_variable_number(struct nc_variable *v, const char *name, enum nc_type type, double number);
void nc_file_text(struct nc_file *f, const char *name, const char *text);

/** Bytes of a variable's data, padded to 4. */
int64_t nc_variable_bytes(const struct nc_file *f, const struct nc_variable *v);
/** Places the variables one after another and appends the header. Check out->failed. */
void netcdf_header_write(struct nc_file *f, struct buf *out);
/** One number as it lies in a file. */
void nc_add_number(struct buf *out, enum nc_type type, double number);

#endif
