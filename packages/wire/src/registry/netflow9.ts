/**
 * NetFlow v9 field types outside IANA's registry: id, name, type, one a line.
 * NetFlow v9 has no enterprise bit, so vendors took high numbers for their own.
 * nProbe's are its elements of IPFIX plus `ntopNetflow9Base`.
 *
 * Sources: Cisco's NetFlow guides of the ASA 5500 and of performance monitors,
 * PAN-OS Administrator's Guide, Logstash's and Elastic Beats' dictionaries,
 * Wireshark's. Fixtures: dat-netflow-9-streamcore, dat-netflow-9-cisco-asa,
 * dat-netflow-9-palo-alto-pan-os-with-app-id.
 */
export const netflow9Elements = `
8192 streamcore_wan_rtt unsigned32
8193 streamcore_net_app_resp_time unsigned32
8194 streamcore_total_app_resp_time unsigned32
8195 streamcore_tcp_retrans_rate unsigned16
8196 streamcore_call_direction unsigned8
8256 streamcore_hostname string
8257 streamcore_url string
8258 streamcore_ssl_cn string
8259 streamcore_ssl_org string
8320 streamcore_mos_lq unsigned16
8321 streamcore_net_delay unsigned16
8322 streamcore_net_loss unsigned16
8323 streamcore_net_jitter unsigned16
8324 streamcore_net_discard unsigned16
8325 streamcore_rtp_clockrate_in unsigned8
8326 streamcore_rtp_clockrate_out unsigned8
8327 streamcore_codec_in unsigned8
8328 streamcore_codec_out unsigned8
8384 streamcore_id_rule_1 unsigned32
8385 streamcore_id_rule_2 unsigned32
8386 streamcore_id_rule_3 unsigned32
8387 streamcore_id_rule_4 unsigned32
8388 streamcore_id_rule_5 unsigned32
8389 streamcore_id_rule_6 unsigned32
8390 streamcore_id_rule_7 unsigned32
8391 streamcore_id_rule_8 unsigned32
8392 streamcore_id_rule_9 unsigned32
8393 streamcore_id_rule_10 unsigned32
24628 NAT_LOG_FIELD_IDX_CONTEXT_ID unsigned32
24629 NAT_LOG_FIELD_IDX_CONTEXT_NAME string
24630 NAT_LOG_FIELD_IDX_ASSIGN_TS_SEC dateTimeSeconds
24631 NAT_LOG_FIELD_IDX_UNASSIGN_TS_SEC dateTimeSeconds
24632 NAT_LOG_FIELD_IDX_IPV4_INT_ADDR ipv4Address
24633 NAT_LOG_FIELD_IDX_IPV4_EXT_ADDR ipv4Address
24634 NAT_LOG_FIELD_IDX_EXT_PORT_FIRST unsigned16
24635 NAT_LOG_FIELD_IDX_EXT_PORT_LAST unsigned16
33000 NF_F_INGRESS_ACL_ID octetArray
33001 NF_F_EGRESS_ACL_ID octetArray
33002 NF_F_FW_EXT_EVENT unsigned16
33003 FW_EVENT_LEVEL unsigned32
33004 FW_EVENT_LEVEL_ID unsigned32
33005 FW_CONFIGURED_VALUE unsigned32
34000 SGT_SOURCE_TAG unsigned16
34001 SGT_DESTINATION_TAG unsigned16
34002 SGT_SOURCE_NAME string
34003 SGT_DESTINATION_NAME string
35001 FW_EXT_EVENT_ALT unsigned32
35004 FW_BLACKOUT_SECS unsigned32
35005 FW_HALFOPEN_HIGH unsigned32
35006 FW_HALFOPEN_RATE unsigned32
35007 FW_ZONEPAIR_ID unsigned32
35008 FW_MAX_SESSIONS unsigned32
35009 FW_ZONEPAIR_NAME string
35010 FW_EXT_EVENT_DESC string
35011 FW_SUMMARY_PKT_COUNT unsigned32
35012 FW_HALFOPEN_COUNT unsigned32
37000 PACKETS_DROPPED unsigned32
37003 BYTE_RATE unsigned32
37004 APPLICATION_MEDIA_BYTES unsigned32
37006 APPLICATION_MEDIA_BYTE_RATE unsigned32
37007 APPLICATION_MEDIA_PACKETS unsigned32
37009 APPLICATION_MEDIA_PACKET_RATE unsigned32
37011 APPLICATION_MEDIA_EVENT unsigned8
37012 MONITOR_EVENT unsigned8
37013 TIMESTAMP_INTERVAL octetArray
37014 TRANSPORT_PACKETS_EXPECTED unsigned32
37016 TRANSPORT_ROUND_TRIP_TIME unsigned32
37017 TRANSPORT_EVENT_PACKET_LOSS unsigned32
37019 TRANSPORT_PACKETS_LOST unsigned32
37021 TRANSPORT_PACKETS_LOST_RATE unsigned32
37022 TRANSPORT_RTP_SSRC unsigned32
37023 TRANSPORT_RTP_JITTER_MEAN unsigned32
37024 TRANSPORT_RTP_JITTER_MIN unsigned32
37025 TRANSPORT_RTP_JITTER_MAX unsigned32
37041 TRANSPORT_RTP_PAYLOAD_TYPE unsigned8
37071 TRANSPORT_BYTES_OUT_OF_ORDER unsigned64
37074 TRANSPORT_PACKETS_OUT_OF_ORDER unsigned32
37083 TRANSPORT_TCP_WINDOWS_SIZE_MIN unsigned32
37084 TRANSPORT_TCP_WINDOWS_SIZE_MAX unsigned32
37085 TRANSPORT_TCP_WINDOWS_SIZE_MEAN unsigned32
37086 TRANSPORT_TCP_MAXIMUM_SEGMENT_SIZE unsigned16
40000 NF_F_USERNAME string
40001 NF_F_XLATE_SRC_ADDR_IPV4 ipv4Address
40002 NF_F_XLATE_DST_ADDR_IPV4 ipv4Address
40003 NF_F_XLATE_SRC_PORT unsigned16
40004 NF_F_XLATE_DST_PORT unsigned16
40005 NF_F_FW_EVENT unsigned8
56701 APP_ID string
56702 USER_ID string
`;

/** nProbe's NetFlow v9 field type of its IPFIX element 0. */
export const ntopNetflow9Base = 57472;

/** Scope field types of NetFlow v9 options templates (RFC 3954, 6.1): id, name, type. */
export const netflow9Scopes = `
1 System octetArray
2 Interface unsigned32
3 LineCard unsigned32
4 Cache octetArray
5 Template unsigned16
`;
