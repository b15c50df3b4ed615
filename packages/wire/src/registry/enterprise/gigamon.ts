/**
 * Gigamon (PEN 26866). Source: Wireshark's NetFlow dictionary.
 */
export const gigamonElements = `
1 HttpReqUrl string
2 HttpRspStatus unsigned16
101 SslCertificateIssuerCommonName string
102 SslCertificateSubjectCommonName string
103 SslCertificateIssuer string
104 SslCertificateSubject string
105 SslCertificateValidNotBefore string
106 SslCertificateValidNotAfter string
107 SslCertificateSerialNumber octetArray
108 SslCertificateSignatureAlgorithm octetArray
109 SslCertificateSubjectPubAlgorithm octetArray
110 SslCertificateSubjectPubKeySize unsigned16
111 SslCertificateSubjectAltName string
112 SslServerNameIndication string
113 SslServerVersion unsigned16
114 SslServerCipher unsigned16
115 SslServerCompressionMethod unsigned8
116 SslServerSessionId octetArray
201 DnsIdentifier unsigned16
202 DnsOpCode unsigned8
203 DnsResponseCode unsigned8
204 DnsQueryName string
205 DnsResponseName string
206 DnsResponseTTL unsigned32
207 DnsResponseIPv4Address ipv4Address
208 DnsResponseIPv6Address ipv6Address
209 DnsBits string
210 DnsQdCount unsigned16
211 DnsAnCount unsigned16
212 DnsNsCount unsigned16
213 DnsArCount unsigned16
214 DnsQueryType unsigned16
215 DnsQueryClass unsigned16
216 DnsResponseType unsigned16
217 DnsResponseClass unsigned16
218 DnsResponseRdLength unsigned16
219 DnsResponseRdata string
220 DnsAuthorityName string
221 DnsAuthorityType unsigned16
222 DnsAuthorityClass unsigned16
223 DnsAuthorityTTL unsigned32
224 DnsAuthorityRdLength unsigned16
225 DnsAuthorityRdata string
226 DnsAdditionalName string
227 DnsAdditionalType unsigned16
228 DnsAdditionalClass unsigned16
229 DnsAdditionalTTL unsigned32
230 DnsAdditionalRdLength unsigned16
231 DnsAdditionalRdata string
`;
