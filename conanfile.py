# SPDX-License-Identifier: MIT
"""The library as a Conan 2 package: `conan create .` in a clone makes it."""
import pathlib
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy
from conan.tools.layout import basic_layout


class Mxwire(ConanFile):
    name = "mxwire"
    license = "MIT"
    description = "Matrix sessions without I/O, header-only"
    topics = ("matrix", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"nlohmann": [True, False], "std_expected": [True, False]}
    default_options = {"nlohmann": False, "std_expected": False}
    exports = "include/mxwire/config.hpp"
    exports_sources = "include/*", "LICENSE"
    no_copy_source = True
    test_package_folder = "tests/package/conan"

    def set_version(self):
        config = (pathlib.Path(self.recipe_folder) / "include" / "mxwire" / "config.hpp").read_text(encoding="utf-8")
        self.version = ".".join(re.findall(r"#define MXWIRE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", config))

    def layout(self):
        basic_layout(self)

    def requirements(self):
        if not self.options.std_expected:
            self.requires("tl-expected/[>=1.0 <2]")
        if self.options.nlohmann:
            self.requires("nlohmann_json/[>=3.10 <4]")

    def validate(self):
        if self.settings.get_safe("compiler.cppstd"):
            check_min_cppstd(self, 23 if self.options.std_expected else 17)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "LICENSE", self.source_folder, pathlib.Path(self.package_folder, "licenses"))
        copy(self, "*.hpp", pathlib.Path(self.source_folder, "include"), pathlib.Path(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        core = self.cpp_info.components["mxwire"]
        core.set_property("cmake_target_name", "mxwire::mxwire")
        core.bindirs = core.libdirs = []
        if self.options.std_expected:
            core.defines = ["MXWIRE_USE_STD_EXPECTED=1"]
        elif "tl-expected" in self.dependencies:
            core.requires = ["tl-expected::tl-expected"]
        if self.options.nlohmann:
            bridge = self.cpp_info.components["nlohmann"]
            bridge.set_property("cmake_target_name", "mxwire::nlohmann")
            bridge.bindirs = bridge.libdirs = []
            bridge.requires = ["mxwire"]
            if "nlohmann_json" in self.dependencies:
                bridge.requires.append("nlohmann_json::nlohmann_json")
