# SPDX-License-Identifier: MIT
"""Conan builds and runs programs against the package that it has just made."""
import pathlib

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout


class MxwireUser(ConanFile):
    settings = "os", "arch", "compiler", "build_type"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self, build_folder="../../../build/conan")  # not into the sources

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        programs = ["user"] + ["user_with_nlohmann"] * bool(self.dependencies["mxwire"].options.nlohmann)
        for program in programs if can_run(self) else []:
            self.run(str(pathlib.Path(self.build_folder, self.cpp.build.bindir, program)), env="conanrun")
