/** What a program that runs in a cluster does for all of it. */
export type ClusterRole = 'network' | 'autoscaling' | 'monitoring' | 'logging';

interface ClusterProgram {
  role: ClusterRole;
  product: string;
  /** Matched against the workload's name and its `app.kubernetes.io/name`, whole. */
  names: RegExp;
}

/**
 * The programs that are known, by the names that their own charts, operators and manifests give
 * them. To know one more, add a line. What a cloud runs out of sight in its control plane (GKE's
 * autoscaler) is not found here.
 */
const PROGRAMS: readonly ClusterProgram[] = [
  { role: 'network', product: 'amazon-vpc-cni', names: /^aws-node$/ },
  { role: 'network', product: 'antrea', names: /^antrea-agent$/ },
  { role: 'network', product: 'azure-cni', names: /^azure-cns$/ },
  { role: 'network', product: 'calico', names: /^(calico-node|canal)$/ },
  { role: 'network', product: 'cilium', names: /^(cilium|anetd)$/ },
  { role: 'network', product: 'flannel', names: /^kube-flannel(-ds.*)?$/ },
  { role: 'network', product: 'kindnet', names: /^kindnet$/ },
  { role: 'network', product: 'kube-ovn', names: /^kube-ovn-cni$/ },
  { role: 'network', product: 'kube-router', names: /^kube-router$/ },
  { role: 'network', product: 'ovn-kubernetes', names: /^ovnkube-node$/ },
  { role: 'network', product: 'weave', names: /^weave-net$/ },
  { role: 'autoscaling', product: 'cluster-autoscaler', names: /^(.+-)?cluster-autoscaler$/ },
  { role: 'autoscaling', product: 'karpenter', names: /^karpenter(-.+)?$/ },
  { role: 'autoscaling', product: 'keda', names: /^keda-operator$/ },
  { role: 'monitoring', product: 'azure-monitor', names: /^ama-metrics(-node)?$/ },
  { role: 'monitoring', product: 'cloudwatch-agent', names: /^cloudwatch-agent$/ },
  { role: 'monitoring', product: 'datadog', names: /^(datadog(-agent|-cluster-agent)?)$/ },
  { role: 'monitoring', product: 'dynatrace', names: /^(dynatrace-oneagent|dynatrace-operator)$/ },
  { role: 'monitoring', product: 'google-managed-prometheus', names: /^gmp-operator$/ },
  { role: 'monitoring', product: 'newrelic', names: /^(newrelic-infrastructure|nrk8s-.+)$/ },
  { role: 'monitoring', product: 'opentelemetry', names: /^opentelemetry-collector$/ },
  {
    role: 'monitoring',
    product: 'prometheus',
    names: /^((kube-)?prometheus(-.+)?|.+-prometheus-(server|operator))$/,
  },
  {
    role: 'monitoring',
    product: 'victoria-metrics',
    names: /^(vmagent|vmsingle|vmcluster)(-.+)?$/,
  },
  { role: 'logging', product: 'alloy', names: /^(grafana-)?alloy(-logs)?$/ },
  { role: 'logging', product: 'azure-monitor', names: /^ama-logs(-rs)?$/ },
  { role: 'logging', product: 'elastic-agent', names: /^elastic-agent$/ },
  { role: 'logging', product: 'filebeat', names: /^(.+-)?filebeat$/ },
  { role: 'logging', product: 'fluent-bit', names: /^((.+-)?fluent-?bit(-.+)?|fluentbit-gke)$/ },
  { role: 'logging', product: 'fluentd', names: /^((.+-)?fluentd(-.+)?)$/ },
  { role: 'logging', product: 'loki', names: /^loki(-.+)?$/ },
  { role: 'logging', product: 'promtail', names: /^(.+-)?promtail$/ },
  { role: 'logging', product: 'vector', names: /^vector(-agent)?$/ },
];

/** The products of a role among workloads of these names, sorted, each once. */
export function productsOf(role: ClusterRole, names: ReadonlySet<string>): string[] {
  const found = PROGRAMS.filter(
    (program) => program.role === role && [...names].some((name) => program.names.test(name)),
  );
  return [...new Set(found.map(({ product }) => product))].sort();
}
