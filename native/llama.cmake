# How llama.cpp is compiled, for `make`, the image and CI alike. native/build.py has
# llama-cpp-python's CMake project read this right after its first line.
include(CheckCXXCompilerFlag)

# Chat templates, tools and pictures, which nothing here uses: more than half of the compile time.
set(LLAMA_BUILD_COMMON OFF)
set(LLAVA_BUILD OFF)

if(PORTABLE)
    # Kernels for every processor of this architecture, each in a file of its own. The best one is
    # picked at run time (llm/backends/llamacpp.py).
    set(GGML_NATIVE OFF)
    set(GGML_BACKEND_DL ON)
    set(GGML_CPU_ALL_VARIANTS ON)
    set(CMAKE_INSTALL_BINDIR llama_cpp/lib)  # where those files are looked for
    # AMX again, see below. It cannot be left unbuilt, so it is taken away.
    cmake_language(DEFER CALL install CODE
        "file(GLOB amx \"\${CMAKE_INSTALL_PREFIX}/llama_cpp/lib/*sapphirerapids*\")
         if(amx)\nfile(REMOVE \${amx})\nendif()")
else()
    # The machine's own instructions, but for AMX: many virtual machines name it and do not carry
    # it out, so that the first batch would kill the process. Arm's compilers do not know the flag.
    foreach(part tile int8 bf16)
        check_cxx_compiler_flag(-mno-amx-${part} CAN_LEAVE_OUT_AMX_${part})
        if(CAN_LEAVE_OUT_AMX_${part})
            add_compile_options(-mno-amx-${part})
        endif()
    endforeach()
endif()
