/// A part of a page that is read by itself, so that a failure takes nothing else of the page with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded<T> {
    Ready(T),
    /// It could not be read; one sentence says why.
    Failed(String),
}

impl<T: Default> Default for Loaded<T> {
    fn default() -> Self {
        Self::Ready(T::default())
    }
}

impl<T> From<T> for Loaded<T> {
    fn from(value: T) -> Self {
        Self::Ready(value)
    }
}

impl<T> Loaded<T> {
    /// What was read, if it was.
    #[must_use]
    pub const fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Failed(_) => None,
        }
    }

    /// The same of something made of it.
    #[must_use]
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Loaded<U> {
        match self {
            Self::Ready(value) => Loaded::Ready(make(value)),
            Self::Failed(why) => Loaded::Failed(why),
        }
    }

    /// Another part that makes no sense without this one.
    #[must_use]
    pub fn and<U>(self, other: Loaded<U>) -> Loaded<U> {
        match self {
            Self::Ready(_) => other,
            Self::Failed(why) => Loaded::Failed(why),
        }
    }

    /// The same without taking it.
    #[must_use]
    pub fn as_ref(&self) -> Loaded<&T> {
        match self {
            Self::Ready(value) => Loaded::Ready(value),
            Self::Failed(why) => Loaded::Failed(why.clone()),
        }
    }
    /// What was read, or nothing at all in its place, and whether it was read.
    #[must_use]
    pub fn parted(self) -> (T, Loaded<()>)
    where
        T: Default,
    {
        match self {
            Self::Ready(value) => (value, Loaded::Ready(())),
            Self::Failed(why) => (T::default(), Loaded::Failed(why)),
        }
    }
}
