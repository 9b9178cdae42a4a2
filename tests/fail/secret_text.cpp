// expect: conversion from 'mxwire:: ... Secret' ... to ... string
// SPDX-License-Identifier: MIT
#include <mxwire/mxwire.hpp>

int main() {
    const std::string text = mxwire::Secret{"sentinel"};
    return text.empty();
}
