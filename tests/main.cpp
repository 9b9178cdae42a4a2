// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cctype>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <locale>

// What locale a program has is none of the library's concern: `tests/run locales` runs all cases in others.
int main(int argc, char** argv) {
    if (const char* const name = std::getenv("MXWIRE_TEST_LOCALE")) {
        if (std::setlocale(LC_ALL, name) == nullptr) {
            std::fprintf(stderr, "there is no locale %s\n", name);
            return 1;
        }
        std::locale::global(std::locale(name));
        std::printf("locale %s: one half is %.1f, the capital of i has the code %d\n", name, 0.5, std::toupper('i'));
    }
    return doctest::Context(argc, argv).run();
}
