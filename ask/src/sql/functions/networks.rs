//! Functions of IP addresses and networks.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{at, int, signatures, text};
use crate::functions::Context;
use crate::value::Value;
use flowlens_core::record::address;

/// An address, as Trino shows it.
pub(super) fn address_text(address: IpAddr) -> Value {
    address.to_string().into()
}

fn net(value: &Value, context: &Context) -> Option<IpNet> {
    let net = text(value).parse::<IpNet>().ok();
    if net.is_none() {
        context.stop("a text is no network such as 10.0.0.0/8", "");
    }
    net
}

fn contains(args: &[Value], context: &Context) -> Value {
    match (net(at(args, 0), context), address::parse(&text(at(args, 1)))) {
        (Some(net), Some(address)) => Value::Bool(net.contains(&address)),
        _ => Value::Missing,
    }
}

/// The network of so many bits around an address.
pub(super) fn prefix(args: &[Value], context: &Context) -> Value {
    let address = address::parse(&text(at(args, 0)));
    let made = address.and_then(|address| {
        let bits = u8::try_from(int(at(args, 1))).ok()?;
        IpNet::new(address, bits).ok()
    });
    let Some(net) = made else {
        context.stop("ip_prefix is given what is no address, or more bits than it has", "");
        return Value::Missing;
    };
    net.trunc().to_string().into()
}

fn end_of(args: &[Value], with: fn(&IpNet) -> IpAddr) -> Value {
    text(at(args, 0)).parse::<IpNet>().map_or(Value::Missing, |net| address_text(with(&net)))
}

signatures! {
    "contains" [Text Address] Truth |args, context| contains(args, context);
    "is_subnet_of" [Network Address] Truth |args, context| contains(args, context);
    "is_subnet_of" [Network Network] Truth |args, context| match (net(at(args, 0), context), net(at(args, 1), context)) {
        (Some(outer), Some(inner)) => Value::Bool(outer.contains(&inner)),
        _ => Value::Missing,
    };
    "ip_prefix" [Address Int] Network |args, context| prefix(args, context);
    "ip_prefix" [Text Int] Network |args, context| prefix(args, context);
    "ip_subnet_min" [Network] Address |args, _| end_of(args, IpNet::network);
    "ip_subnet_max" [Network] Address |args, _| end_of(args, IpNet::broadcast);
}
