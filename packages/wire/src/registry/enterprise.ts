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
130 netscalerHttpReqUrl string
131 netscalerHttpReqCookie string
132 netscalerFlowFlags unsigned64
133 netscalerConnectionId unsigned32
140 netscalerHttpReqReferer string
141 netscalerHttpReqMethod string
142 netscalerHttpReqHost string
143 netscalerHttpReqUserAgent string
144 netscalerHttpRspStatus unsigned16
145 netscalerHttpRspLen unsigned64
146 netscalerServerTTFB unsigned64
147 netscalerServerTTLB unsigned64
151 netscalerAppNameAppId unsigned32
153 netscalerHttpReqRcvFB unsigned64
156 netscalerHttpReqForwFB unsigned64
157 netscalerHttpResRcvFB unsigned64
158 netscalerHttpResForwFB unsigned64
159 netscalerHttpReqRcvLB unsigned64
160 netscalerHttpReqForwLB unsigned64
161 netscalerMainPageId unsigned32
162 netscalerMainPageCoreId unsigned32
183 netscalerHttpContentType string
185 netscalerHttpReqAuthorization string
186 netscalerHttpReqVia string
187 netscalerHttpReqXForwardedFor string
188 netscalerHttpResLocation string
189 netscalerHttpResSetCookie string
190 netscalerHttpResSetCookie2 string
192 netscalerConnectionChainID octetArray
193 netscalerConnectionChainHopCount unsigned8
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
