# The bundle for macOS in a disk image: Tenscope.app with its document types, the worker and all libraries inside. Kept up
# with the other systems, but not built so far: core/worker is written for Linux.

set(CPACK_DMG_VOLUME_NAME Tenscope)
set(CPACK_BUNDLE_ICON ${CMAKE_CURRENT_SOURCE_DIR}/icons/tenscope.icns)

set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/icons/tenscope.icns TARGET_DIRECTORY tenscope
    PROPERTIES MACOSX_PACKAGE_LOCATION Resources)
target_sources(tenscope PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/icons/tenscope.icns)
set_target_properties(tenscope PROPERTIES
    MACOSX_BUNDLE ON
    OUTPUT_NAME Tenscope
    MACOSX_BUNDLE_INFO_PLIST ${CMAKE_CURRENT_SOURCE_DIR}/macos/Info.plist.in
    MACOSX_BUNDLE_BUNDLE_VERSION ${PROJECT_VERSION}
    MACOSX_BUNDLE_SHORT_VERSION_STRING ${PROJECT_VERSION})

# macdeployqt copies Qt and every library that the programs in the bundle link.
if(TENSCOPE_GUI)
    qt_generate_deploy_app_script(TARGET tenscope OUTPUT_SCRIPT deploy NO_UNSUPPORTED_PLATFORM_ERROR)
    install(SCRIPT ${deploy})
endif()
