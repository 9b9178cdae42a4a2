// SPDX-License-Identifier: MIT
#ifndef MXWIRE_CONFIG_HPP
#define MXWIRE_CONFIG_HPP

#include <cstddef>
#include <cstdint>

#define MXWIRE_VERSION_MAJOR 0
#define MXWIRE_VERSION_MINOR 1
#define MXWIRE_VERSION_PATCH 0

#if defined(_MSVC_LANG)
#define MXWIRE_CPLUSPLUS _MSVC_LANG
#else
#define MXWIRE_CPLUSPLUS __cplusplus
#endif
#if MXWIRE_CPLUSPLUS < 201703L
#error "mxwire needs C++17 or newer"
#endif

// 0: tl::expected.  1: std::expected, which needs a C++23 library.
// Never guessed from the language mode: every translation unit of a program must agree.
#ifndef MXWIRE_USE_STD_EXPECTED
#define MXWIRE_USE_STD_EXPECTED 0
#endif

// 1: code size before speed, 0: speed before code size. Same results, same interface.
// The default follows the width of a pointer, which no two translation units of a program disagree about.
#ifndef MXWIRE_OPTIMIZE_SIZE
#if UINTPTR_MAX > 0xffffffffu
#define MXWIRE_OPTIMIZE_SIZE 0
#else
#define MXWIRE_OPTIMIZE_SIZE 1
#endif
#endif

// Bytes that a text scan looks at together: 8, 4 or 1. Unaligned words are slower than bytes where the core has no
// unaligned loads.
#ifndef MXWIRE_SCAN_WIDTH
#if defined(__ARM_ARCH) && !defined(__ARM_FEATURE_UNALIGNED)
#define MXWIRE_SCAN_WIDTH 1
#elif UINTPTR_MAX > 0xffffffffu
#define MXWIRE_SCAN_WIDTH 8
#else
#define MXWIRE_SCAN_WIDTH 4
#endif
#endif
#if MXWIRE_SCAN_WIDTH != 1 && MXWIRE_SCAN_WIDTH != 4 && MXWIRE_SCAN_WIDTH != 8
#error "MXWIRE_SCAN_WIDTH is 1, 4 or 8"
#endif

// 0: header-only.  1: what is the same for all programs is compiled once, in the one file of the program that defines
// MXWIRE_IMPLEMENTATION before it includes the library, so that the others compile faster.
#ifndef MXWIRE_SEPARATE_COMPILATION
#define MXWIRE_SEPARATE_COMPILATION 0
#endif
#if defined(MXWIRE_IMPLEMENTATION) && !MXWIRE_SEPARATE_COMPILATION
#error "MXWIRE_IMPLEMENTATION goes with MXWIRE_SEPARATE_COMPILATION=1 in all files of the program"
#endif

// The options are part of every name, so that translation units that disagree fail to link instead of misbehaving.
#define MXWIRE_JOIN_(version, expected, size, width, once) v##version##_##expected##size##width##once
#define MXWIRE_JOIN(version, expected, size, width, once) MXWIRE_JOIN_(version, expected, size, width, once)
#if MXWIRE_USE_STD_EXPECTED
#define MXWIRE_EXPECTED_TAG std
#else
#define MXWIRE_EXPECTED_TAG tl
#endif
#if MXWIRE_OPTIMIZE_SIZE
#define MXWIRE_SIZE_TAG _small
#else
#define MXWIRE_SIZE_TAG _fast
#endif
#if MXWIRE_SEPARATE_COMPILATION
#define MXWIRE_ONCE_TAG _once
#else
#define MXWIRE_ONCE_TAG
#endif
#define MXWIRE_ABI MXWIRE_JOIN(0_1, MXWIRE_EXPECTED_TAG, MXWIRE_SIZE_TAG, MXWIRE_SCAN_WIDTH, MXWIRE_ONCE_TAG)
#define MXWIRE_NAMESPACE_BEGIN \
    namespace mxwire { \
    inline namespace MXWIRE_ABI {
#define MXWIRE_NAMESPACE_END \
    } \
    }

#if defined(__GNUC__) || defined(__clang__)
#define MXWIRE_NOINLINE [[gnu::noinline]]
#define MXWIRE_COLD [[gnu::noinline, gnu::cold]]
#else
#define MXWIRE_NOINLINE
#define MXWIRE_COLD
#endif
// MXWIRE_HOT is compiled into every place that calls it where speed counts, MXWIRE_SHARED nowhere where size does.
#if MXWIRE_OPTIMIZE_SIZE || defined(__OPTIMIZE_SIZE__) || !(defined(__GNUC__) || defined(__clang__))
#define MXWIRE_HOT inline
#else
#define MXWIRE_HOT [[gnu::always_inline]] inline
#endif
#if MXWIRE_OPTIMIZE_SIZE
#define MXWIRE_SHARED MXWIRE_NOINLINE inline
#else
#define MXWIRE_SHARED MXWIRE_HOT
#endif

// A function that is MXWIRE_ONCE has its body behind #if MXWIRE_DEFINITIONS. MXWIRE_INSTANCE keeps other files from
// instantiating what the one file has. MXWIRE_INSTANTIATE stands behind an operation's aliases: what calls of it share
// in the Owned policy is in the one file as well.
#if !MXWIRE_SEPARATE_COMPILATION
#define MXWIRE_DEFINITIONS 1
#define MXWIRE_ONCE inline
#define MXWIRE_INSTANTIATE(endpoint)
#else
#define MXWIRE_ONCE
#define MXWIRE_INSTANTIATE(endpoint) MXWIRE_INSTANCE struct detail::EndpointTables<endpoint, Owned>;
#if defined(MXWIRE_IMPLEMENTATION)
#define MXWIRE_DEFINITIONS 1
#define MXWIRE_INSTANCE template
#else
#define MXWIRE_DEFINITIONS 0
#define MXWIRE_INSTANCE extern template
#endif
#endif

#endif
