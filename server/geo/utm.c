#include "geo/utm.h"

#include <math.h>

#include "geo/ellipsoid.h"

#define DEG         (M_PI / 180.0)
#define SCALE       0.9996 /* on the central meridian */
#define EAST_0_M    500000.0
#define SOUTH_0_M   10000000.0
#define TERMS       4
#define NORTH_MAX_M 9990000.0 /* short of the pole */

/* Third flattening, f / (2 - f) of WGS 84, and its powers. */
static const double n1 = 0.0016792203863837047, n2 = 2.8197811060466384e-06,
                    n3 = 4.7350339184131065e-09, n4 = 7.951165486017604e-12;

/* Radius of the sphere that has the ellipsoid's meridians: its quarter by pi/2. */
static double rectifying_m(void)
{
    return WGS84_A_M / (1 + n1) * (1 + n2 / 4 + n4 / 64);
}

bool utm_of_epsg(int code, struct utm *out)
{
    int zone = code % 100;
    if ((code / 100 != 326 && code / 100 != 327) || zone < 1 || zone > 60) {
        return false;
    }
    *out = (struct utm){.meridian_deg = 6 * zone - 183,
                        .north_0_m = code / 100 == 327 ? SOUTH_0_M : 0};
    return true;
}

int utm_zone_of(double lon_deg)
{
    int zone = (int)floor((lon_deg + 180) / 6) + 1;
    return zone < 1 ? 1 : zone > 60 ? 60 : zone;
}

/* Sine and cosine of an angle, hyperbolic ones of another. */
struct waves {
    double s, c, sh, ch;
};

static struct waves twice(struct waves w)
{
    return (struct waves){2 * w.s * w.c, w.c * w.c - w.s * w.s, 2 * w.sh * w.ch,
                          w.ch * w.ch + w.sh * w.sh};
}

static struct waves waves_of(double xi, double eta)
{
    double up = exp(eta);
    return (struct waves){sin(xi), cos(xi), (up - 1 / up) / 2, (up + 1 / up) / 2};
}

/* *xi, *eta += sign x the real and imaginary part of the sum of c_j sin(2j z).
 * @param at  of z. */
static void add_series(const double c[TERMS], double sign, struct waves at, double *xi, double *eta)
{
    const struct waves step = twice(at);
    struct waves w = step;
    double dx = 0, dy = 0;
    for (int j = 0; j < TERMS; j++) {
        dx += c[j] * w.s * w.ch;
        dy += c[j] * w.c * w.sh;
        w = (struct waves){w.s * step.c + w.c * step.s, w.c * step.c - w.s * step.s,
                           w.sh * step.ch + w.ch * step.sh, w.ch * step.ch + w.sh * step.sh};
    }
    *xi += sign * dx;
    *eta += sign * dy;
}

static double within(double value, double most)
{
    return fmax(-most, fmin(most, value));
}

void utm_inverse(struct utm u, double east_m, double north_m, double *lon_deg, double *lat_deg)
{
    const double beta[TERMS] = {n1 / 2 - n2 * 2 / 3 + n3 * 37 / 96 - n4 / 360,
                                n2 / 48 + n3 / 15 - n4 * 437 / 1440, n3 * 17 / 480 - n4 * 37 / 840,
                                n4 * 4397 / 161280};
    const double delta[TERMS] = {2 * n1 - n2 * 2 / 3 - 2 * n3 + n4 * 116 / 45,
                                 n2 * 7 / 3 - n3 * 8 / 5 - n4 * 227 / 45,
                                 n3 * 56 / 15 - n4 * 136 / 35, n4 * 4279 / 630};
    const double unit_m = SCALE * rectifying_m();
    double xi = within(north_m - u.north_0_m, NORTH_MAX_M) / unit_m;
    double eta = within(east_m - EAST_0_M, UTM_REACH_M) / unit_m;
    add_series(beta, -1, waves_of(xi, eta), &xi, &eta);
    /* the conformal latitude chi by its sine and cosine, then the geodetic one by its multiples */
    const struct waves w = waves_of(xi, eta);
    const struct waves of_chi = {w.s / w.ch, sqrt(w.sh * w.sh + w.c * w.c) / w.ch, 0, 1};
    double lat = atan2(of_chi.s, of_chi.c), nothing = 0;
    add_series(delta, 1, of_chi, &lat, &nothing);
    *lon_deg = u.meridian_deg + atan2(w.sh, w.c) / DEG;
    *lat_deg = within(lat / DEG, UTM_LAT_MAX);
}

void utm_forward(struct utm u, double lon_deg, double lat_deg, double *east_m, double *north_m)
{
    const double alpha[TERMS] = {n1 / 2 - n2 * 2 / 3 + n3 * 5 / 16 + n4 * 41 / 180,
                                 n2 * 13 / 48 - n3 * 3 / 5 + n4 * 557 / 1440,
                                 n3 * 61 / 240 - n4 * 103 / 140, n4 * 49561 / 161280};
    const double unit_m = SCALE * rectifying_m(), e = sqrt(WGS84_E2);
    double tau = tan(lat_deg * DEG), lambda = (lon_deg - u.meridian_deg) * DEG;
    double sigma = sinh(e * atanh(e * tau / hypot(1, tau)));
    double conformal = tau * hypot(1, sigma) - sigma * hypot(1, tau);
    double xi = atan2(conformal, cos(lambda));
    double eta = asinh(sin(lambda) / hypot(conformal, cos(lambda)));
    add_series(alpha, 1, waves_of(xi, eta), &xi, &eta);
    *east_m = EAST_0_M + unit_m * eta;
    *north_m = u.north_0_m + unit_m * xi;
}
