/**
 * Plixer (PEN 13745). Source: Wireshark's NetFlow dictionary.
 */
export const plixerElements = `
100 client_ip_v4 ipv4Address
101 client_hostname string
102 partner_name string
103 server_hostname string
104 server_ip_v4 ipv4Address
105 recipient_address string
106 event_id unsigned32
107 msgid string
108 priority unsigned32
109 recipient_report_status unsigned32
110 number_recipients unsigned32
111 origination_time dateTimeSeconds
112 encryption unsigned32
113 service_version string
114 linked_msgid string
115 message_subject string
116 sender_address string
117 date_time dateTimeSeconds
118 client_ip_v6 ipv6Address
119 server_ip_v6 ipv6Address
120 source_context string
121 connector_id string
122 source_component string
124 related_recipient_address string
125 reference string
126 return_path string
127 message_info string
128 directionality string
129 tenant_id string
130 original_client_ip_v4 ipv4Address
131 original_server_ip_v4 ipv4Address
132 custom_data string
133 internal_message_id string
`;
