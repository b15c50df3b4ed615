/**
 * VMware (PEN 6876): vSphere distributed switch and NSX distributed firewall.
 * Source: VMware's IPFIX template pages by way of CESNET libfds and NetGauze.
 */
export const vmwareElements = `
880 tenantProtocol unsigned8
881 tenantSourceIPv4 ipv4Address
882 tenantDestIPv4 ipv4Address
883 tenantSourceIPv6 ipv6Address
884 tenantDestIPv6 ipv6Address
886 tenantSourcePort unsigned16
887 tenantDestPort unsigned16
888 egressInterfaceAttr unsigned16
889 vxlanExportRole unsigned8
890 ingressInterfaceAttr unsigned16
898 virtualObsID string
950 ruleId unsigned32
951 vmUuid string
952 vnicIndex unsigned32
953 sessionFlags unsigned8
954 vmwareFlowDirection unsigned8
955 algControlFlowId unsigned64
956 algType unsigned8
957 algFlowType unsigned8
958 averageLatency unsigned32
959 retransmissionCount unsigned32
960 vifUuid octetArray
961 vifId string
`;
