# The completion of commands, options and their values for one `shell` (bash, zsh or fish), from the rows of
# helptable.awk. What the value of an option can be is told by the word that stands for it: "all|none|DEPTH" is one of the
# words in small letters, DIR a folder, FILE, OUT and the like a file.

function quoted(text)
{
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}

# words: the choices with spaces between them; "dir", "file" or "any" in kind.
function understand(value,    count, each, i)
{
    words = ""
    kind = "any"
    if (value == "")
        kind = "none"
    else if (value ~ /\|/) {
        kind = "words"
        count = split(value, each, "|")
        for (i = 1; i <= count; ++i)
            if (each[i] ~ /^[a-z0-9-]+$/)
                words = words (words == "" ? "" : " ") each[i]
    } else if (value ~ /^DIR/)
        kind = "dir"
    else if (value ~ /FILE|OUT|\.json/)
        kind = "file"
}

$1 == "command" { commands[++commandCount] = $2; summary[$2] = $4 }
$1 == "option" {
    ++count
    owner[count] = $2
    names[count] = $3
    gsub(/,/, "", names[count])
    value[count] = $4
    what[count] = $5
}

function bash(    c, i, n, each, all, cases)
{
    print "# bash completion of tenscope"
    print "_tenscope()"
    print "{"
    print "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= options= kind=file words= word"
    printf "    local commands="
    for (c = 1; c <= commandCount; ++c)
        all = all (c > 1 ? " " : "") commands[c]
    print quoted(all)
    print "    if [[ $COMP_CWORD -gt 1 && \" $commands \" == *\" ${COMP_WORDS[1]} \"* ]]; then"
    print "        command=${COMP_WORDS[1]}"
    print "    fi"
    print "    case $command in"
    for (c = 0; c <= commandCount; ++c) {
        all = ""
        for (i = 1; i <= count; ++i)
            if (owner[i] == commands[c])
                all = all (all == "" ? "" : " ") names[i]
        printf "        %s) options=%s ;;\n", c == 0 ? "''" : commands[c], quoted(all)
    }
    print "    esac"
    print "    case $command:$previous in"
    for (i = 1; i <= count; ++i) {
        understand(value[i])
        if (kind == "none")
            continue
        n = split(names[i], each, " ")
        cases = ""
        for (c = 1; c <= n; ++c)
            cases = cases (c > 1 ? " | " : "") owner[i] ":" each[c]
        printf "        %s) kind=%s words=%s ;;\n", cases, kind, quoted(words)
    }
    print "        *)"
    print "            if [[ $current == -* ]]; then"
    print "                kind=words words=$options"
    print "            elif [[ $COMP_CWORD -eq 1 ]]; then"
    print "                words=$commands"
    print "            fi"
    print "            ;;"
    print "    esac"
    print "    COMPREPLY=()"
    print "    for word in $words; do"
    print "        [[ $word != \"$current\"* ]] || COMPREPLY+=(\"$word\")"
    print "    done"
    print "    case $kind in"
    print "        file) compopt -o filenames; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$current\") ;;"
    print "        dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$current\") ;;"
    print "    esac"
    print "}"
    print "complete -F _tenscope tenscope"
}

# One argument of zsh's _arguments.
function zshOption(i,    n, each, text, action)
{
    text = what[i]
    gsub(/[][]/, "\\\\&", text)
    gsub(/:/, "\\:", text)
    understand(value[i])
    action = kind == "none" ? "" : ":" tolower(value[i]) ":"
    gsub(/\|/, " or ", action)
    if (kind == "words")
        action = action "(" words ")"
    else if (kind == "file")
        action = action "_files"
    else if (kind == "dir")
        action = action "_files -/"
    n = split(names[i], each, " ")
    if (n == 1)
        return quoted((value[i] ~ /=/ ? "*" : "") each[1] "[" text "]" action)
    return quoted("(" names[i] ")") "{" each[1] "," each[2] "}" quoted("[" text "]" action)
}

function zsh(    c, i)
{
    print "#compdef tenscope"
    print "_tenscope()"
    print "{"
    print "    local -a commands=("
    for (c = 1; c <= commandCount; ++c)
        printf "        %s\n", quoted(commands[c] ":" summary[commands[c]])
    print "    )"
    print "    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then"
    print "        _describe command commands"
    print "        _files"
    print "        return"
    print "    fi"
    print "    case $words[2] in"
    for (c = 1; c <= commandCount; ++c) {
        printf "        %s)\n            shift words\n            ((CURRENT--))\n            _arguments", commands[c]
        for (i = 1; i <= count; ++i)
            if (owner[i] == commands[c])
                printf " \\\n                %s", zshOption(i)
        print " \\\n                '*:file:_files'\n            ;;"
    }
    printf "        *)\n            _arguments"
    for (i = 1; i <= count; ++i)
        if (owner[i] == "")
            printf " \\\n                %s", zshOption(i)
    print " \\\n                '*:file:_files'\n            ;;"
    print "    esac"
    print "}"
    print "_tenscope \"$@\""
}

function fish(    c, i, n, each, line, all)
{
    print "# fish completion of tenscope"
    for (c = 1; c <= commandCount; ++c) {
        printf "complete -c tenscope -n __fish_use_subcommand -a %s -d %s\n", commands[c], quoted(summary[commands[c]])
        all = all " " commands[c]
    }
    for (i = 1; i <= count; ++i) {
        line = "complete -c tenscope -n "
        if (owner[i] == "")
            line = line "__fish_use_subcommand"
        else
            line = line "'__fish_seen_subcommand_from " owner[i] "'"
        n = split(names[i], each, " ")
        for (c = 1; c <= n; ++c)
            line = line (each[c] ~ /^--/ ? " -l " substr(each[c], 3) : " -s " substr(each[c], 2))
        understand(value[i])
        if (kind == "words")
            line = line " -x -a " quoted(words)
        else if (kind == "dir")
            line = line " -x -a '(__fish_complete_directories)'"
        else if (kind == "file")
            line = line " -r"
        else if (kind == "any")
            line = line " -x"
        print line " -d " quoted(what[i])
    }
}

END {
    if (shell == "bash")
        bash()
    else if (shell == "zsh")
        zsh()
    else
        fish()
}
