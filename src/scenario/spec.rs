//! How a table of the file is described once: the `table!` macro makes of one description the typed struct, the
//! list of keys with their documentation, and the reading function. Messages about unknown keys, the JSON Schema,
//! `explain` and the printed reference all come from that list.

use serde_json::Value as Json;

use super::reading::Reading;
use super::tree::Node;

/// A kind of value: how it is read and how it is described.
pub(crate) trait Kind {
    /// What reading it gives.
    type Out;

    /// Reads it; what is wrong goes to the findings.
    fn read(node: &Node, cx: &mut Reading<'_>) -> Option<Self::Out>;

    /// What it is, for people and for the JSON Schema.
    fn shape() -> Shape;
}

/// A description of a kind of value.
pub(crate) struct Shape {
    /// For people: "a length of time, such as `\"90 days\"`".
    pub(crate) words: String,
    /// For editors.
    pub(crate) schema: Json,
    /// For edits.
    pub(crate) form: Form,
}

impl Shape {
    pub(crate) fn new(words: impl Into<String>, schema: Json) -> Shape {
        Shape { words: words.into(), schema, form: Form::Whole }
    }

    pub(crate) fn form(self, form: Form) -> Shape {
        Shape { form, ..self }
    }
}

/// How a value can be edited: as a whole, by scaling it, or piece by piece.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Replaced as a whole.
    Whole,
    /// A number or quantity: replaced, scaled, added to.
    Number,
    /// The same, rounded half up to a whole number.
    Count,
    /// A law: also its parameters.
    Law,
    /// A value of that form for each class, or one for all.
    ByClass(Box<Form>),
    /// A share for each name; `"rest"` gives way.
    Shares,
    /// A number for each of fixed names, 1 where none is written.
    Profile(&'static [&'static str]),
    /// A number for each name.
    Numbers,
    /// A table with keys of its own.
    Table(&'static TableSpec),
    /// A number, which stands for a table with just this key.
    Short(&'static str, &'static TableSpec),
}

/// Whether a key has to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// Not written means this, in TOML syntax.
    Default(&'static str),
}

/// When a key may be edited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum When {
    /// Never: it is how things are called or what the file is.
    Fixed,
    /// On the command line only: plans have to agree on it to be comparable.
    CommandLine,
    /// By plans too, but only from the start on.
    Start,
    /// By dated changes too.
    Dated,
}

impl When {
    /// In words, for the reference.
    pub(crate) fn words(self) -> &'static str {
        match self {
            When::Fixed => "cannot be edited",
            When::CommandLine => "can be edited on the command line",
            When::Start => "can be edited by plans, from the start on",
            When::Dated => "can be edited by plans and dated changes",
        }
    }
}

/// One key of a table.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) example: &'static str,
    pub(crate) presence: Presence,
    pub(crate) when: When,
    pub(crate) shape: fn() -> Shape,
}

/// One kind of table.
#[derive(Debug)]
pub(crate) struct TableSpec {
    /// How it is headed: `pool` for `[[pool]]`; a path such as `source.burst` for a table inside a table.
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) fields: &'static [Field],
}

impl TableSpec {
    pub(crate) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// A table of the file.
pub(crate) trait TableKind: Sized {
    const SPEC: &'static TableSpec;
}

/// The shape of a table inside a table.
pub(crate) fn table_shape(spec: &'static TableSpec) -> Shape {
    let keys: Vec<String> = spec.fields.iter().map(|field| format!("`{}`", field.key)).collect();
    let words = format!("a table with {}", keys.join(", "));
    Shape::new(words, super::json_schema::of_table(spec)).form(Form::Table(spec))
}

/// Declares a table of the file. Each key: its documentation, its name, the type it becomes, how it is read
/// (`required`, `optional` or `default "toml"` and a [`Kind`]), when it may be edited, and an example.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident = $key:literal {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident: $ty:ty, $mode:ident $($default:literal)? $kind:ty, $when:ident, $example:literal;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Debug)]
        pub struct $name {
            /// Where the table begins.
            pub span: $crate::diagnostic::Span,
            $($(#[doc = $field_doc])+ pub $field: $ty,)*
        }

        impl $crate::scenario::spec::TableKind for $name {
            const SPEC: &'static $crate::scenario::spec::TableSpec = &$crate::scenario::spec::TableSpec {
                name: $key,
                doc: concat!($($doc, "\n"),+),
                fields: &[
                    $($crate::scenario::spec::Field {
                        key: stringify!($field),
                        doc: concat!($($field_doc, "\n"),+),
                        example: $example,
                        presence: $crate::scenario::spec::presence!($mode $($default)?),
                        when: $crate::scenario::spec::When::$when,
                        shape: <$kind as $crate::scenario::spec::Kind>::shape,
                    },)*
                ],
            };
        }

        impl $crate::scenario::spec::Kind for $name {
            type Out = $name;

            fn read(
                node: &$crate::scenario::tree::Node,
                cx: &mut $crate::scenario::reading::Reading<'_>,
            ) -> Option<$name> {
                let table = cx.open(node, <$name as $crate::scenario::spec::TableKind>::SPEC)?;
                $(let $field =
                    $crate::scenario::spec::read_field!($mode $($default)?, $kind, cx, node, table, stringify!($field));)*
                Some($name { span: node.span, $($field: $field?),* })
            }

            fn shape() -> $crate::scenario::spec::Shape {
                $crate::scenario::spec::table_shape(<$name as $crate::scenario::spec::TableKind>::SPEC)
            }
        }
    };
}

macro_rules! presence {
    (required) => {
        $crate::scenario::spec::Presence::Required
    };
    (optional) => {
        $crate::scenario::spec::Presence::Optional
    };
    (default $text:literal) => {
        $crate::scenario::spec::Presence::Default($text)
    };
}

macro_rules! read_field {
    (required, $kind:ty, $cx:ident, $node:ident, $table:ident, $key:expr) => {
        $cx.required::<$kind>($node, $table, $key)
    };
    (optional, $kind:ty, $cx:ident, $node:ident, $table:ident, $key:expr) => {
        $cx.optional::<$kind>($table, $key)
    };
    (default $text:literal, $kind:ty, $cx:ident, $node:ident, $table:ident, $key:expr) => {
        $cx.or_default::<$kind>($node, $table, $key, $text)
    };
}

pub(crate) use {presence, read_field, table};
