/**
 * Information elements of other enterprises, by Private Enterprise Number:
 * id, name, abstract data type, one a line. Only those whose meaning a
 * capture or the vendor's own document shows; all others read `e<PEN>:<id>`.
 */
export const enterpriseElements: Readonly<Record<number, string>> = {
  // Cisco, Application Visibility and Control; fixture lit-nfparser-ipfix-multi-rec.
  9: `
9252 services_waas_segment unsigned8
9253 services_waas_passthrough-reason unsigned8
12236 connection_client_ipv4_address ipv4Address
12237 connection_server_ipv4_address ipv4Address
12241 connection_server_transport_port unsigned16
`,
  // Citrix NetScaler AppFlow; fixture lit-nfparser-ipfix-multi-tpl.
  5951: `
128 netscalerRoundTripTime unsigned32
129 netscalerTransactionId unsigned32
130 netscalerHTTPRequestURL string
131 netscalerHTTPRequestCookie string
132 netscalerFlowFlags unsigned64
133 netscalerConnectionId unsigned32
140 netscalerHTTPRequestReferer string
141 netscalerHTTPRequestMethod string
142 netscalerHTTPRequestHost string
143 netscalerHTTPRequestUserAgent string
144 netscalerHTTPResponseStatus unsigned16
145 netscalerHTTPResponseLength unsigned64
146 netscalerServerTTFB unsigned64
147 netscalerServerTTLB unsigned64
151 netscalerAppNameAppId unsigned32
153 netscalerHTTPRequestReceivedFB unsigned64
156 netscalerHTTPRequestForwardedFB unsigned64
157 netscalerHTTPResponseReceivedFB unsigned64
158 netscalerHTTPResponseForwardedFB unsigned64
159 netscalerHTTPRequestReceivedLB unsigned64
160 netscalerHTTPRequestForwardedLB unsigned64
161 netscalerMainPageId unsigned32
162 netscalerMainPageCoreId unsigned32
169 netscalerHTTPResponseReceivedLB unsigned64
170 netscalerHTTPResponseForwardedLB unsigned64
171 netscalerAppUnitNameAppId unsigned32
182 netscalerClientRTT unsigned32
183 netscalerHTTPContentType string
185 netscalerHTTPRequestAuthorization string
186 netscalerHTTPRequestVia string
187 netscalerHTTPResponseLocation string
188 netscalerHTTPResponseSetCookie string
189 netscalerHTTPResponseSetCookie2 string
190 netscalerHTTPRequestXForwardedFor string
192 netscalerConnectionChainID octetArray
193 netscalerConnectionChainHopCount unsigned8
205 netscalerAAAUsername string
`,
  // Barracuda extended uniflow; fixture dat-ipfix-barracuda-extended-uniflow-template-256.
  10704: `
1 Timestamp unsigned32
2 LogOp unsigned8
3 TrafficType unsigned8
4 FW_Rule string
5 ServiceName string
6 Reason unsigned32
7 ReasonText string
8 BindIPv4Address ipv4Address
9 BindTransportPort unsigned16
10 ConnIPv4Address ipv4Address
11 ConnTransportPort unsigned16
12 AuditCounter unsigned32
`,
  // Procera (Sandvine); fixture dat-ipfix-procera.
  15397: `
1 proceraService string
2 proceraBaseService string
3 proceraIncomingOctets unsigned64
4 proceraOutgoingOctets unsigned64
15 proceraFlowBehavior string
25 proceraHttpFileLength unsigned32
47 proceraTemplateName string
`,
  // ntop nProbe; the same numbers plus 57472 are its NetFlow v9 field types.
  35632: `
118 L7_PROTO unsigned16
119 L7_PROTO_NAME string
`,
  // Viptela; fixture dat-ipfix-viptela-with-vpn-id.
  41916: `
4321 viptelaVPNId unsigned64
`,
};
