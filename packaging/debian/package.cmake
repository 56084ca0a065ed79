# The .deb. Its dependencies are what dpkg-shlibdeps finds in the programs, so a package is built on the release of Debian
# that it is for; its name says which.

set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
file(STRINGS /etc/os-release os REGEX "^VERSION_ID=")
string(REGEX MATCH "[0-9.]+" debian "${os}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
if(debian)
    string(APPEND CPACK_DEBIAN_PACKAGE_RELEASE ~deb${debian}u1)
endif()
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${CPACK_PACKAGE_CONTACT})
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# dpkg-shlibdeps finds the library of BLAS only; the one that suits LibTorch is ten to forty times faster than the default.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-openmp, fonts-dejavu-core")
# Desktops have them: they take in the file types, and show the window on Wayland.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "desktop-file-utils, shared-mime-info, qt6-wayland")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Tenscope opens a trained neural network by double-click, shows it as a diagram
one can walk through, runs it, and shows every weight and every activation. It
reads ONNX and TorchScript, and never runs code from a file to open it.

The command line answers the same questions without a display, in JSON.")

# What Debian wants in every package. Compressed without a time, so that the same sources give the same package.
find_program(GZIP gzip REQUIRED)
execute_process(COMMAND date --utc --rfc-email --date=${RELEASE_DATE} OUTPUT_VARIABLE changelog_date
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
configure_file(debian/changelog.in changelog.Debian @ONLY)
execute_process(COMMAND ${GZIP} -9cn ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian
    OUTPUT_FILE ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian.gz COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian.gz debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tenscope)
