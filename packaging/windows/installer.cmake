# The installer for Windows (NSIS): programs with the libraries they need, an entry in the start menu, and "Open with" for
# the formats. Kept up with the other systems, but not built so far: core/worker is written for Linux.

set(CPACK_PACKAGE_INSTALL_DIRECTORY Tenscope)
set(CPACK_PACKAGE_EXECUTABLES tenscope;Tenscope)
set(CPACK_NSIS_DISPLAY_NAME Tenscope)
set(CPACK_NSIS_URL_INFO_ABOUT ${CPACK_PACKAGE_HOMEPAGE_URL})
set(CPACK_NSIS_MUI_ICON ${CMAKE_CURRENT_SOURCE_DIR}/icons/tenscope.ico)
set(CPACK_NSIS_INSTALLED_ICON_NAME bin\\\\tenscope.exe)
set(CPACK_NSIS_ENABLE_UNINSTALL_BEFORE_INSTALL ON)
set(CPACK_NSIS_MODIFY_PATH ON)
set(CPACK_NSIS_IGNORE_LICENSE_PAGE ON)  # the GPL asks nobody to agree to anything before using a program

# A programmatic identifier a format and, of every extension, one more program that can open it: which one does by default
# stays the choice of the person. A pair is the extension and what its files are called.
set(install "")
set(uninstall "")
foreach(pair IN ITEMS "onnx|ONNX model" "pt|TorchScript model" "jit|TorchScript model")
    string(REGEX MATCH "(.*)\\|(.*)" matched ${pair})
    set(extension ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    set(class "Software\\\\Classes\\\\Tenscope.${extension}")
    string(APPEND install "
        WriteRegStr SHCTX '${class}' '' '${name}'
        WriteRegStr SHCTX '${class}\\\\DefaultIcon' '' '$INSTDIR\\\\bin\\\\tenscope.exe,0'
        WriteRegStr SHCTX '${class}\\\\shell\\\\open\\\\command' '' '\\\"$INSTDIR\\\\bin\\\\tenscope.exe\\\" \\\"%1\\\"'
        WriteRegStr SHCTX 'Software\\\\Classes\\\\.${extension}\\\\OpenWithProgids' 'Tenscope.${extension}' ''")
    string(APPEND uninstall "
        DeleteRegKey SHCTX '${class}'
        DeleteRegValue SHCTX 'Software\\\\Classes\\\\.${extension}\\\\OpenWithProgids' 'Tenscope.${extension}'")
endforeach()
# SHCNE_ASSOCCHANGED: the Explorer reads the associations again.
set(changed "
        System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, i 0, i 0)'")
set(CPACK_NSIS_EXTRA_INSTALL_COMMANDS "${install}${changed}")
set(CPACK_NSIS_EXTRA_UNINSTALL_COMMANDS "${uninstall}${changed}")

# What the programs need beside them: Qt with its plugins, and the other libraries.
if(TENSCOPE_GUI)
    qt_generate_deploy_app_script(TARGET tenscope OUTPUT_SCRIPT deploy NO_UNSUPPORTED_PLATFORM_ERROR)
    install(SCRIPT ${deploy})
endif()
install(RUNTIME_DEPENDENCY_SET tenscope_libraries
    PRE_EXCLUDE_REGEXES "^api-ms-" "^ext-ms-" "^Qt6"
    POST_EXCLUDE_REGEXES "[/\\\\][Ss]ystem32[/\\\\]"
    DIRECTORIES $ENV{PATH}
    DESTINATION ${CMAKE_INSTALL_BINDIR})
