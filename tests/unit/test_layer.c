/* layer.h: formats, coordinate systems, faults of geometry, attributes. Files are written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/import/vector/layer.h"

static char folder[] = "/tmp/fluxgrid-layer-XXXXXX";

struct opened {
    struct arena arena;
    struct issues issues;
    struct why why;
    struct layer *layer;
    enum err e;
};

static void open_text(struct opened *o, const char *name, const char *text,
                      struct layer_source from)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fputs(text, to) < 0, 0);
    fclose(to);
    *o = (struct opened){0};
    arena_init(&o->arena, (size_t)64 << 20);
    from.path = path;
    from.name = name;
    o->e = layer_open(&from, &o->arena, &o->issues, &o->layer, &o->why);
    unlink(path);
}

static void close_all(struct opened *o)
{
    if (o->e == ERR_OK) {
        layer_close(o->layer);
    }
    arena_fini(&o->arena);
}

static struct layer_feature next(struct opened *o)
{
    struct layer_feature f = {0};
    bool is_there = false;
    assert_int_equal(layer_next(o->layer, &o->issues, &f, &is_there, &o->why), ERR_OK);
    assert_true(is_there);
    return f;
}

#define GEOJSON(features) "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"
#define FEATURE(properties, geometry)                                                              \
    "{\"type\":\"Feature\",\"properties\":" properties ",\"geometry\":" geometry "}"
#define SQUARE "{\"type\":\"Polygon\",\"coordinates\":[[[60,41],[61,41],[61,42],[60,42],[60,41]]]}"

static void test_geojson(void **state)
{
    (void)state;
    struct opened o;
    open_text(
        &o, "a.geojson",
        GEOJSON(FEATURE("{\"code\":\"A\",\"people\":12.5,\"none\":null}", SQUARE) "," FEATURE(
            "{\"code\":\"B\",\"people\":7}", "{\"type\":\"Point\",\"coordinates\":[60.5,41.25]}")),
        (struct layer_source){0});
    assert_int_equal(o.e, ERR_OK);
    struct layer_feature f = next(&o);
    assert_int_equal(f.shape, LAYER_AREA);
    assert_int_equal(f.row, 1);
    assert_int_equal(f.wkb_len, 9 + 4 + 5 * 16);
    assert_int_equal(f.wkb[0], 1); /* little-endian */
    assert_string_equal(layer_text(o.layer, layer_attribute(o.layer, "code")), "A");
    assert_null(layer_text(o.layer, layer_attribute(o.layer, "none")));
    double people = 0;
    assert_true(layer_number(o.layer, layer_attribute(o.layer, "people"), &people));
    assert_true(people == 12.5);
    assert_false(layer_number(o.layer, layer_attribute(o.layer, "code"), &people));
    assert_int_equal(layer_attribute(o.layer, "Code"), -1);
    f = next(&o);
    assert_int_equal(f.shape, LAYER_POINT);
    assert_true(f.lon == 60.5 && f.lat == 41.25);
    bool is_there = true;
    assert_int_equal(layer_next(o.layer, &o.issues, &f, &is_there, &o.why), ERR_OK);
    assert_false(is_there);
    assert_int_equal(o.issues.count, 0);
    close_all(&o);
}

/* What is wrong with a geometry is said, with a remedy. */
static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *geometry, *said;
    } cases[] = {
        {"null", "has no geometry; "},
        {"{\"type\":\"Polygon\",\"coordinates\":[]}", "has no geometry; "},
        {"{\"type\":\"Point\",\"coordinates\":[37.5,127]}", "axes are swapped; "},
        {"{\"type\":\"Point\",\"coordinates\":[190,10]}", "beyond 180 degrees; "},
        {"{\"type\":\"Point\",\"coordinates\":[500000,4600000]}", "not in degrees"},
        {"{\"type\":\"LineString\",\"coordinates\":[[179,10],[-179,10]]}", "antimeridian; "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, GEOJSON(FEATURE("{}", SQUARE) "," FEATURE("{}", "%s")),
                 cases[i].geometry);
        struct opened o;
        open_text(&o, "a.geojson", text, (struct layer_source){0});
        assert_int_equal(o.e, ERR_OK);
        assert_int_equal(next(&o).shape, LAYER_AREA);
        assert_int_equal(next(&o).shape, LAYER_BROKEN);
        assert_int_equal(o.issues.count, 1);
        assert_non_null(strstr(o.issues.lines[0], cases[i].said));
        assert_non_null(strstr(o.issues.lines[0], "a.geojson:2: geometry: "));
        close_all(&o);
    }
}

/* The edge along the pole is no jump over the antimeridian. */
static void test_antarctica(void **state)
{
    (void)state;
    struct opened o;
    open_text(&o, "a.geojson",
              GEOJSON(FEATURE("{}", "{\"type\":\"Polygon\",\"coordinates\":[[[-180,-90],[180,-90],"
                                    "[180,-80],[60,-78],[-60,-78],[-180,-80],[-180,-90]]]}")),
              (struct layer_source){0});
    assert_int_equal(next(&o).shape, LAYER_AREA);
    assert_int_equal(o.issues.count, 0);
    close_all(&o);
}

static void test_csv(void **state)
{
    (void)state;
    struct opened o;
    open_text(&o, "a.csv", "code,x,y\nA,60.5,41.25\nB,\"12,5\",41\n",
              (struct layer_source){.x = "x", .y = "y", .crs = "EPSG:4326"});
    assert_int_equal(o.e, ERR_OK);
    struct layer_feature f = next(&o);
    assert_int_equal(f.row, 2);
    assert_true(f.lon == 60.5 && f.lat == 41.25);
    assert_string_equal(layer_text(o.layer, layer_attribute(o.layer, "code")), "A");
    assert_int_equal(next(&o).shape, LAYER_BROKEN);
    assert_non_null(strstr(o.issues.lines[0], "a.csv:3: x = '12,5': must be a number"));
    close_all(&o);

    open_text(&o, "a.csv", "g\n\"POLYGON ((60 41,61 41,61 42,60 41))\"\n\"POINT (1 2) and\"\n",
              (struct layer_source){.wkt = "g", .crs = "OGC:CRS84"});
    assert_int_equal(next(&o).shape, LAYER_AREA);
    assert_int_equal(next(&o).shape, LAYER_BROKEN);
    assert_non_null(strstr(o.issues.lines[0], "is no geometry as WKT; "));
    close_all(&o);
}

/* A kilometre square of UTM 42N comes out where PROJ puts it, its edges cut into pieces. */
static void test_projection(void **state)
{
    (void)state;
    struct opened o;
    open_text(&o, "a.csv",
              "g\n\"POLYGON ((500000 4600000,501000 4600000,501000 4601000,500000 4601000,500000 "
              "4600000))\"\n\"POLYGON ((4600000 500000,4601000 500000,4601000 501000,4600000 "
              "500000))\"\n\"POINT (69 41)\"\n",
              (struct layer_source){.wkt = "g", .crs = "EPSG:32642"});
    assert_int_equal(o.e, ERR_OK);
    assert_non_null(strstr(layer_crs_words(o.layer), "EPSG:32642 (WGS 84 / UTM zone 42N)"));
    struct layer_feature f = next(&o);
    assert_int_equal(f.shape, LAYER_AREA);
    assert_true(f.lon > 69 && f.lon < 69.012 && f.lat > 41.54 && f.lat < 41.57);
    assert_int_equal(f.wkb_len, 9 + 4 + 17 * 16);
    assert_int_equal(next(&o).shape, LAYER_BROKEN);
    assert_non_null(strstr(o.issues.lines[0], "check the axes"));
    assert_int_equal(next(&o).shape, LAYER_BROKEN);
    assert_non_null(strstr(o.issues.lines[1], "looks like degrees"));
    close_all(&o);
}

static void test_refused_files(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        struct layer_source from;
        const char *said;
    } cases[] = {
        {"a.kml", "<kml/>", {0}, "is no vector file that is read; "},
        {"a.geojson", "{\"type\":", {0}, "is no GeoJSON file that can be read"},
        {"a.gpkg", "SQLite format 3", {0}, "is no GPKG file that can be read"},
        {"a.csv", "x,y\n1,2\n", {.x = "x", .y = "y"}, "has no coordinate system; "},
        {"a.csv", "x,y\n1,2\n", {.crs = "EPSG:4326"}, "\"x\" and \"y\" or in \"wkt\"; "},
        {"a.csv",
         "x,y\n1,2\n",
         {.crs = "/etc/passwd", .x = "x", .y = "y"},
         "is no coordinate system"},
        {"a.csv",
         "x,y\n1,2\n",
         {.crs = "EPSG:999999", .x = "x", .y = "y"},
         "is no coordinate system"},
        {"a.csv", "x,y\n1,2\n", {.crs = "EPSG:4978", .x = "x", .y = "y"}, "nor a map projection; "},
        {"a.geojson",
         GEOJSON(FEATURE("{}", SQUARE)),
         {.crs = "EPSG:32642"},
         "the file itself says"},
        {"a.geojson", GEOJSON(FEATURE("{}", SQUARE)), {.layer = "b"}, "no layer of this name; "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct opened o;
        open_text(&o, cases[i].name, cases[i].text, cases[i].from);
        assert_int_equal(o.e, ERR_INPUT);
        if (strstr(o.why.reason, cases[i].said) == NULL) {
            fail_msg("'%s' is not in '%s'", cases[i].said, o.why.reason);
        }
        close_all(&o);
    }
}

int main(void)
{
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geojson),    cmocka_unit_test(test_faults),
        cmocka_unit_test(test_antarctica), cmocka_unit_test(test_csv),
        cmocka_unit_test(test_projection), cmocka_unit_test(test_refused_files),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
