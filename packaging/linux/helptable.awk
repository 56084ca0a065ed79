# A help text as rows with tabs between the columns, of the command named by the variable `command`, or of the program
# itself where that is empty:
#     usage    COMMAND  what follows "Usage:"
#     text     COMMAND  a line of the description; those of the exit codes are rows of their own
#     command  NAME     its usage              what it does
#     option   COMMAND  names with commas      its value, or nothing     what it does
#     exit     COMMAND  code                   what it means
BEGIN { OFS = "\t" }

/^Usage: / { print "usage", command, substr($0, 8); inUsage = 1; next }
inUsage && /^       / { print "usage", command, substr($0, 8); next }
{ inUsage = 0 }

/^[A-Z][a-z ]*:$/ { section = $0; next }
/^  / && section != "" {
    # two spaces or more stand between the columns
    line = substr($0, 3)
    match(line, /  +/)
    left = substr(line, 1, RSTART - 1)
    right = substr(line, RSTART + RLENGTH)
    if (section == "Commands:") {
        split(left, words, " ")
        print "command", words[1], left, right
    } else {
        # "-o, --output OUT": names up to the last word that begins with a dash, then the value
        count = split(left, words, " ")
        names = value = ""
        for (i = 1; i <= count; ++i) {
            if (words[i] ~ /^-/)
                names = names (names == "" ? "" : " ") words[i]
            else
                value = value (value == "" ? "" : " ") words[i]
        }
        sub(/\.$/, "", right)
        print "option", command, names, value, right
    }
    next
}

/^Exit codes: / { codes = substr($0, 13); section = ""; next }
codes != "" { codes = codes " " $0; next }
/^$/ { section = ""; next }
{ print "text", command, $0 }

END {
    sub(/\.$/, "", codes)
    count = split(codes, each, /, /)
    for (i = 1; i <= count; ++i)
        if (match(each[i], /^[0-9]+ /))
            print "exit", command, substr(each[i], 1, RLENGTH - 1), substr(each[i], RLENGTH + 1)
}
