//! Just enough of Rust's lexer to see which crates a source file names: comments and literals gone, lines kept.

/// A word or a punctuation mark and the line it stands on, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// The words and marks of a source file; `::` is one mark, every other mark one character.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source.chars().collect(), at: 0, line: 1 };
    let mut tokens = Vec::new();
    while let Some(first) = reader.peek(0) {
        let line = reader.line;
        if let Some(text) = reader.token(first) {
            tokens.push(Token { text, line });
        }
    }
    tokens
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.at += 1;
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// Consumes one token, comment, literal or blank, and returns it if it is a token.
    fn token(&mut self, first: char) -> Option<String> {
        match (first, self.peek(1)) {
            ('/', Some('/')) => self.skip_while(|c| c != '\n'),
            ('/', Some('*')) => self.skip_block_comment(),
            ('"', _) => self.skip_string(),
            ('\'', _) => self.skip_char_or_lifetime(),
            (':', Some(':')) => {
                self.skip(2);
                return Some("::".to_owned());
            }
            _ if first.is_alphanumeric() || first == '_' => return self.word(),
            _ => {
                self.next();
                return (!first.is_whitespace()).then(|| first.to_string());
            }
        }
        None
    }

    fn word(&mut self) -> Option<String> {
        let mut word = String::new();
        while let Some(next) = self.peek(0).filter(|c| c.is_alphanumeric() || *c == '_') {
            word.push(next);
            self.next();
        }
        match (word.as_str(), self.peek(0)) {
            ("r" | "br" | "cr", Some('"' | '#')) if self.raw_string_follows() => self.skip_raw_string(),
            ("b" | "c", Some('"')) => self.skip_string(),
            ("b", Some('\'')) => self.skip_char_or_lifetime(),
            _ => return Some(word),
        }
        None
    }

    fn raw_string_follows(&self) -> bool {
        let hashes = self.hashes();
        self.peek(hashes) == Some('"')
    }

    fn hashes(&self) -> usize {
        (0..).take_while(|ahead| self.peek(*ahead) == Some('#')).count()
    }

    fn skip_raw_string(&mut self) {
        let hashes = self.hashes();
        self.skip(hashes + 1);
        while let Some(next) = self.next() {
            if next == '"' && self.hashes() >= hashes {
                return self.skip(hashes);
            }
        }
    }

    fn skip_string(&mut self) {
        self.next();
        while let Some(next) = self.next() {
            match next {
                '\\' => self.skip(1),
                '"' => return,
                _ => {}
            }
        }
    }

    /// `'a'` and `'\n'` are literals, `'a` is a lifetime: either way nothing here names a crate.
    fn skip_char_or_lifetime(&mut self) {
        self.next();
        if self.peek(0) == Some('\\') {
            self.skip(2);
            self.skip_while(|c| c != '\'');
            self.next();
        } else if self.peek(1) == Some('\'') {
            self.skip(2);
        } else {
            self.skip_while(|c| c.is_alphanumeric() || c == '_');
        }
    }

    fn skip_block_comment(&mut self) {
        self.skip(2);
        let mut depth = 1;
        while depth > 0 {
            match (self.peek(0), self.peek(1)) {
                (None, _) => return,
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.skip(2);
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.skip(2);
                }
                _ => self.skip(1),
            }
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_name_nothing() {
        let cases = [
            ("a::b", vec!["a", "::", "b"]),
            ("// sqlx::x\na /* sqlx /* deep */ sqlx */ b", vec!["a", "b"]),
            (r#"x("sqlx::\"y", 'c', '\'', b"z", b'q')"#, vec!["x", "(", ",", ",", ",", ",", ")"]),
            (r##"r#"sqlx "quoted" "# r"\" x"##, vec!["x"]),
            ("fn f<'a>(x: &'a str)", vec!["fn", "f", "<", ">", "(", "x", ":", "&", "str", ")"]),
            ("r#type", vec!["r", "#", "type"]),
        ];
        for (source, expected) in cases {
            let found: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
            assert_eq!(found, expected, "{source}");
        }
    }

    #[test]
    fn lines_are_counted_through_literals() {
        let last = tokens("\"one\ntwo\"\n/* three\n*/ x").pop().unwrap();
        assert_eq!((last.text.as_str(), last.line), ("x", 4));
    }
}
