//! Choices among words: an enumeration whose words are read, written and explained alike.

/// Declares choices among words.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ pub enum $name:ident {
        $($(#[doc = $variant_doc:literal])+ $variant:ident = $word:literal,)*
    })*) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ $variant,)*
        }

        impl $name {
            /// Every choice with its word, in the order of the documentation.
            pub const ALL: &[($name, &str)] = &[$(($name::$variant, $word)),*];

            /// The word as it is written in the file.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl $crate::scenario::spec::Kind for $name {
            type Out = $crate::scenario::value::At<$name>;

            fn read(
                node: &$crate::scenario::tree::Node,
                cx: &mut $crate::scenario::reading::Reading<'_>,
            ) -> Option<Self::Out> {
                let words = [$($word),*];
                let at = cx.word(node, &words)?;
                Some($crate::scenario::value::At::new($name::ALL[at].0, node.span))
            }

            fn shape() -> $crate::scenario::spec::Shape {
                let meanings = [$(format!(
                    "`\"{}\"`: {}",
                    $word,
                    concat!($($variant_doc, " "),+).trim().trim_end_matches('.')
                )),*];
                $crate::scenario::spec::Shape::new(
                    format!("one of {}", meanings.join("; ")),
                    serde_json::json!({ "enum": [$($word),*] }),
                )
            }
        }
    )*};
}

pub(crate) use words;
