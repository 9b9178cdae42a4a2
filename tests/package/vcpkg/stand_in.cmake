# SPDX-License-Identifier: MIT
# Runs the port without vcpkg: cmake -DPACKAGES=FOLDER -DBUILD=FOLDER -P stand_in.cmake
# The functions that vcpkg gives to a port are replaced by what they do to this one; dependencies are the machine's.
cmake_minimum_required(VERSION 3.14...3.30)
set(PORT mxwire)
set(CURRENT_PORT_DIR "${CMAKE_CURRENT_LIST_DIR}/mxwire")
set(CURRENT_PACKAGES_DIR "${PACKAGES}")

function(stand_in_run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(result)
    message(FATAL_ERROR "${ARGN}: ${result}")
  endif()
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(arg "" "SOURCE_PATH" "OPTIONS" ${ARGN})
  stand_in_run("${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B "${BUILD}" ${arg_OPTIONS} -DCMAKE_BUILD_TYPE=Release
    "-DCMAKE_INSTALL_PREFIX=${PACKAGES}")
endfunction()

function(vcpkg_cmake_install)
  stand_in_run("${CMAKE_COMMAND}" --build "${BUILD}" --target install)
endfunction()

# Moves the CMake package to share/PORT, and lets its files look for the prefix from there.
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(arg "" "CONFIG_PATH" "" ${ARGN})
  file(GLOB files "${PACKAGES}/${arg_CONFIG_PATH}/*.cmake")
  if(NOT files)
    message(FATAL_ERROR "no CMake package in ${arg_CONFIG_PATH}")
  endif()
  file(COPY ${files} DESTINATION "${PACKAGES}/share/${PORT}")
  file(REMOVE_RECURSE "${PACKAGES}/${arg_CONFIG_PATH}")
  set(up "get_filename_component(_IMPORT_PREFIX \"\${_IMPORT_PREFIX}\" PATH)\n")
  file(GLOB files "${PACKAGES}/share/${PORT}/*.cmake")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(REPLACE "${up}${up}${up}" "${up}${up}" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(arg "" "" "FILE_LIST" ${ARGN})
  file(READ "${arg_FILE_LIST}" text)
  file(WRITE "${PACKAGES}/share/${PORT}/copyright" "${text}")
endfunction()

include("${CURRENT_PORT_DIR}/portfile.cmake")

# What vcpkg looks for in each package.
if(NOT EXISTS "${PACKAGES}/include/mxwire/mxwire.hpp" OR NOT EXISTS "${PACKAGES}/share/mxwire/usage")
  message(FATAL_ERROR "the port has installed no headers, or no usage")
endif()
if(EXISTS "${PACKAGES}/debug" OR EXISTS "${PACKAGES}/lib")
  message(FATAL_ERROR "the port of a header library has lib/ or debug/")
endif()
