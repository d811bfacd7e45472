/// A text without comments and blank lines: what of a rendered template has a meaning.
func meaning(of text: String) -> String {
    text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") && !$0.allSatisfy { $0 == " " } }
        .map { $0 + "\n" }.joined()
}
