/**
 * NetFlow v9 field types outside IANA's registry: id, name, type, one a line.
 * NetFlow v9 has no enterprise bit, so vendors took high numbers for their own.
 */
export const netflow9Elements = `
33000 NF_F_INGRESS_ACL_ID octetArray
33001 NF_F_EGRESS_ACL_ID octetArray
33002 NF_F_FW_EXT_EVENT unsigned16
40000 NF_F_USERNAME string
40001 NF_F_XLATE_SRC_ADDR_IPV4 ipv4Address
40002 NF_F_XLATE_DST_ADDR_IPV4 ipv4Address
40003 NF_F_XLATE_SRC_PORT unsigned16
40004 NF_F_XLATE_DST_PORT unsigned16
40005 NF_F_FW_EVENT unsigned8
56701 APP_ID string
56702 USER_ID string
57590 L7_PROTO unsigned16
57591 L7_PROTO_NAME string
`;

/** Scope field types of NetFlow v9 options templates (RFC 3954, 6.1): id, name, type. */
export const netflow9Scopes = `
1 System octetArray
2 Interface unsigned32
3 LineCard unsigned32
4 Cache octetArray
5 Template unsigned16
`;
