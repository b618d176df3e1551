use crate::record::Field;
use crate::report::view::conditions::{differs, equals};

/// Something that can be filtered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The text to copy.
    pub text: String,
    /// The condition that keeps it.
    pub only: String,
    /// The conditions that drop it.
    pub except: Vec<String>,
}

impl Value {
    /// A field with a text.
    pub fn of(field: Field, text: &str) -> Self {
        let name = field.insights_name();
        Self { text: text.to_owned(), only: equals(name, text), except: vec![differs(name, text)] }
    }

    /// An interface.
    pub fn interface(id: &str) -> Self {
        Self::of(Field::InterfaceId, id)
    }

    /// A subnet.
    pub fn subnet(id: &str) -> Self {
        Self::of(Field::SubnetId, id)
    }

    /// A source address.
    pub fn source(address: &str) -> Self {
        Self::of(Field::SrcAddr, address)
    }

    /// An address on either side.
    pub fn address(address: &str) -> Self {
        let (source, destination) = (Field::SrcAddr.insights_name(), Field::DstAddr.insights_name());
        Self {
            text: address.to_owned(),
            only: format!("({} or {})", equals(source, address), equals(destination, address)),
            except: vec![differs(source, address), differs(destination, address)],
        }
    }

    /// A destination address.
    pub fn destination(address: &str) -> Self {
        Self::of(Field::DstAddr, address)
    }

    /// A destination port.
    pub fn port(port: u16) -> Self {
        let name = Field::DstPort.insights_name();
        Self {
            text: port.to_string(),
            only: format!("{name} = {port}"),
            except: vec![format!("{name} != {port}")],
        }
    }

    /// Records that count packets lost in some way.
    pub fn lost(field: Field) -> Self {
        let name = field.insights_name();
        Self { text: name.to_owned(), only: format!("{name} > 0"), except: vec![format!("{name} = 0")] }
    }

    /// An action.
    pub fn action(action: &str) -> Self {
        Self::of(Field::Action, action)
    }
}
