# The manual page of `program` from the rows of helptable.awk, in man(7). The file `more` gives what no help text says: a
# line "@NAME what it is" for the page's first section, then sections that come behind the options.

# Text as roff shows it.
function plain(text)
{
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/)
        text = "\\&" text
    return text
}

# Options in bold, what stands for a value in italics.
function option(names, value,    count, each, i, result)
{
    count = split(names, each, " ")
    for (i = 1; i <= count; ++i) {
        sub(/,$/, "", each[i])
        result = result (i > 1 ? ", " : "") "\\fB" plain(each[i]) "\\fR"
    }
    return value == "" ? result : result " \\fI" plain(value) "\\fR"
}

function printCommand(name,    i)
{
    for (i = 1; i <= texts[name]; ++i)
        print plain(text[name, i])
    for (i = 1; i <= options[name]; ++i)
        printf ".TP\n%s\n%s\n", optionNames[name, i], optionText[name, i]
}

$1 == "usage" { usage[++usages[$2], $2] = $3 }
$1 == "text" { text[$2, ++texts[$2]] = $3 }
$1 == "command" { commands[++commandCount] = $2; summary[$2] = $4 }
$1 == "exit" { codes[++codeCount] = $3; meaning[codeCount] = $4 }
$1 == "option" {
    optionNames[$2, ++options[$2]] = option($3, $4)
    optionText[$2, options[$2]] = plain($5) "."
}

END {
    printf ".TH %s 1 \"%s\" \"Tenscope %s\" \"User Commands\"\n", toupper(program), date, version
    while ((getline line < more) > 0) {
        if (line !~ /^@NAME /)
            behind = behind line "\n"
        else
            printf ".SH NAME\n%s \\- %s\n", plain(program), plain(substr(line, 7))
    }
    print ".SH SYNOPSIS"
    for (i = 1; i <= usages[""]; ++i) {
        if (i > 1)
            print ".br"
        line = usage[i, ""]
        sub("^" program " ?", "", line)
        printf "\\fB%s\\fR %s\n", plain(program), plain(line)
    }
    print ".SH DESCRIPTION"
    for (i = 1; i <= texts[""]; ++i)
        print plain(text["", i])
    if (options[""] > 0) {
        print ".SH OPTIONS"
        for (i = 1; i <= options[""]; ++i)
            printf ".TP\n%s\n%s\n", optionNames["", i], optionText["", i]
    }
    if (commandCount > 0)
        print ".SH COMMANDS"
    for (c = 1; c <= commandCount; ++c) {
        line = usage[1, commands[c]]
        sub("^" program " ", "", line)
        printf ".SS \"%s\"\n", plain(line)
        printCommand(commands[c])
    }
    if (codeCount > 0)
        print ".SH EXIT STATUS"
    for (i = 1; i <= codeCount; ++i)
        printf ".TP\n.B %s\n%s\n", codes[i], plain(meaning[i])
    printf "%s", behind
}
