# cpack, from a build folder, writes what the system installs: a .deb on Debian, an installer on Windows, a disk image on
# macOS. What comes from the system (Qt, LibTorch …) is in the first and stated as dependencies.

set(CPACK_PACKAGE_NAME tenscope)
set(CPACK_PACKAGE_VENDOR Tenscope)
set(CPACK_PACKAGE_CONTACT "Tenscope developers <developers@tenscope.org>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "view, run and edit trained neural networks (ONNX, TorchScript)")
set(CPACK_PACKAGE_HOMEPAGE_URL https://tenscope.org/)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CHECKSUM SHA256)

if(APPLE)
    set(CPACK_GENERATOR DragNDrop)
    include(macos/bundle.cmake)
elseif(WIN32)
    set(CPACK_GENERATOR NSIS)
    include(windows/installer.cmake)
elseif(EXISTS /etc/debian_version)
    set(CPACK_GENERATOR DEB)
    include(debian/package.cmake)
else()
    set(CPACK_GENERATOR TGZ)
endif()

include(CPack)
