/**
 * Procera, now Sandvine (PEN 15397).
 * Source: Logstash's and Elastic Beats' IPFIX dictionaries. Fixtures: dat-ipfix-procera, lit-calmh-tpl-data.
 */
export const proceraElements = `
1 proceraService string
2 proceraBaseService string
3 proceraIncomingOctets unsigned64
4 proceraOutgoingOctets unsigned64
5 proceraIncomingPackets unsigned64
6 proceraOutgoingPackets unsigned64
7 proceraIncomingShapingLatency unsigned16
8 proceraOutgoingShapingLatency unsigned16
9 proceraIncomingShapingDrops unsigned32
10 proceraOutgoingShapingDrops unsigned32
11 proceraInternalRtt signed32
12 proceraExternalRtt signed32
15 proceraFlowBehavior string
16 proceraContentCategories string
17 proceraProperty string
18 proceraServerHostname string
19 proceraHttpRequestMethod string
20 proceraHttpUserAgent string
21 proceraHttpContentType string
22 proceraHttpUrl string
23 proceraHttpReferer string
24 proceraHttpResponseStatus unsigned16
25 proceraHttpFileLength unsigned32
26 proceraHttpLocation string
27 proceraHttpLanguage string
28 proceraSubscriberIdentifier string
29 proceraMsisdn unsigned64
30 proceraImsi unsigned64
31 proceraRat string
32 proceraDeviceId unsigned64
33 proceraSgsn string
34 proceraRnc unsigned16
35 proceraApn string
36 proceraUserLocationInformation string
37 proceraGgsn string
38 proceraQoeIncomingInternal float32
39 proceraQoeIncomingExternal float32
40 proceraQoeOutgoingInternal float32
41 proceraQoeOutgoingExternal float32
42 proceraLocalIPv4Host ipv4Address
43 proceraLocalIPv6Host ipv6Address
44 proceraRemoteIPv4Host ipv4Address
45 proceraRemoteIPv6Host ipv6Address
46 proceraHttpRequestVersion string
47 proceraTemplateName string
`;
