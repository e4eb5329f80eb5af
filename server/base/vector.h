/* vector.h - four doubles at a time, in the compiler's own vectors.
 *
 * FOR_THIS_CPU lets a function be compiled for wider registers too and picked when the program
 * starts. The sanitizers' start-up and the resolver of such clones do not go together, so there it
 * stays with the plain form. No fused multiply-add in either, so that results do not depend on the
 * processor.
 */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <stdint.h>

typedef double four_doubles __attribute__((vector_size(32)));
typedef int64_t four_masks __attribute__((vector_size(32))); /* -1 = true, as comparisons answer */
typedef int32_t four_ints __attribute__((vector_size(16)));
typedef int8_t sixteen_bytes __attribute__((vector_size(16)));
typedef float four_floats __attribute__((vector_size(16)));

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_THIS_CPU __attribute__((target_clones("avx2", "default")))
#else
#define FOR_THIS_CPU
#endif

#endif
