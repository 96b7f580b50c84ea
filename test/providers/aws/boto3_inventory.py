"""What boto3 finds at AWS_ENDPOINT_URL: the same estate, through a client that is not ours.

Prints {"items": {type: [native id]}, "edges": {"source relation target": [[source id, target id]]}}.
The ids are ARNs, as the resource types of providers/aws/resources have them.
"""

import json
import sys
from collections import defaultdict

import boto3

ACCOUNT = sys.argv[1]
REGIONS = sys.argv[2].split(",")

items = defaultdict(set)
edges = defaultdict(set)


def pages(client, operation, key, **arguments):
    if not client.can_paginate(operation):
        return getattr(client, operation)(**arguments).get(key, [])
    return client.get_paginator(operation).paginate(**arguments).search(f"{key}[]")


def ec2_arn(region, kind, name):
    return f"arn:aws:ec2:{region}:{ACCOUNT}:{kind}/{name}"


def relate(source_type, source, relation, target_type, target):
    edges[f"{source_type} {relation} {target_type}"].add((source, target))


# What EC2 lists with nothing to it but an id: operation, list, id, kind in the ARN.
PLAIN_EC2 = {
    "aws_customer_gateway": ("describe_customer_gateways", "CustomerGateways", "CustomerGatewayId", "customer-gateway"),
    "aws_egress_only_internet_gateway": (
        "describe_egress_only_internet_gateways",
        "EgressOnlyInternetGateways",
        "EgressOnlyInternetGatewayId",
        "egress-only-internet-gateway",
    ),
    "aws_elastic_ip": ("describe_addresses", "Addresses", "AllocationId", "elastic-ip"),
    "aws_flow_log": ("describe_flow_logs", "FlowLogs", "FlowLogId", "vpc-flow-log"),
    "aws_internet_gateway": ("describe_internet_gateways", "InternetGateways", "InternetGatewayId", "internet-gateway"),
    "aws_nat_gateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId", "natgateway"),
    "aws_network_acl": ("describe_network_acls", "NetworkAcls", "NetworkAclId", "network-acl"),
    "aws_route_table": ("describe_route_tables", "RouteTables", "RouteTableId", "route-table"),
    "aws_vpc_endpoint": ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", "vpc-endpoint"),
    "aws_vpn_gateway": ("describe_vpn_gateways", "VpnGateways", "VpnGatewayId", "vpn-gateway"),
}

# What is listed with its ARN, in each region: service, operation, list, ARN.
WITH_ARN = {
    "aws_acm_certificate": ("acm", "list_certificates", "CertificateSummaryList", "CertificateArn"),
    "aws_elbv2_load_balancer": ("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
    "aws_elbv2_target_group": ("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn"),
    "aws_kms_key": ("kms", "list_keys", "Keys", "KeyArn"),
    "aws_transit_gateway": ("ec2", "describe_transit_gateways", "TransitGateways", "TransitGatewayArn"),
}


def listed_plainly(region):
    client = boto3.client("ec2", region_name=region)
    for name, (operation, key, field, kind) in PLAIN_EC2.items():
        for one in pages(client, operation, key):
            items[name].add(ec2_arn(region, kind, one[field]))
    for name, (service, operation, key, field) in WITH_ARN.items():
        for one in pages(boto3.client(service, region_name=region), operation, key):
            items[name].add(one[field])


def route_tables(region):
    client = boto3.client("ec2", region_name=region)
    for table in pages(client, "describe_route_tables", "RouteTables"):
        own = ec2_arn(region, "route-table", table["RouteTableId"])
        relate("aws_route_table", own, "part_of", "aws_vpc", ec2_arn(region, "vpc", table["VpcId"]))


def load_balancers(region):
    client = boto3.client("elbv2", region_name=region)
    for balancer in pages(client, "describe_load_balancers", "LoadBalancers"):
        own = balancer["LoadBalancerArn"]
        for zone in balancer["AvailabilityZones"]:
            relate("aws_elbv2_load_balancer", own, "uses", "aws_subnet", ec2_arn(region, "subnet", zone["SubnetId"]))
    for group in pages(client, "describe_target_groups", "TargetGroups"):
        own = group["TargetGroupArn"]
        for health in client.describe_target_health(TargetGroupArn=own)["TargetHealthDescriptions"]:
            name = health["Target"]["Id"]
            if name.startswith("i-"):
                target = ec2_arn(region, "instance", name)
                relate("aws_elbv2_target_group", own, "depends_on", "aws_ec2_instance", target)


def ec2(region):
    client = boto3.client("ec2", region_name=region)

    def arn(kind, name):
        return ec2_arn(region, kind, name)

    for vpc in pages(client, "describe_vpcs", "Vpcs"):
        items["aws_vpc"].add(arn("vpc", vpc["VpcId"]))
    for subnet in pages(client, "describe_subnets", "Subnets"):
        own = arn("subnet", subnet["SubnetId"])
        items["aws_subnet"].add(own)
        relate("aws_subnet", own, "part_of", "aws_vpc", arn("vpc", subnet["VpcId"]))
    for group in pages(client, "describe_security_groups", "SecurityGroups"):
        own = arn("security-group", group["GroupId"])
        items["aws_security_group"].add(own)
        relate("aws_security_group", own, "part_of", "aws_vpc", arn("vpc", group["VpcId"]))
        for rule in group["IpPermissions"] + group["IpPermissionsEgress"]:
            for pair in rule.get("UserIdGroupPairs", []):
                other = arn("security-group", pair["GroupId"])
                # A group that lets itself in has no relationship with another.
                if other != own:
                    relate("aws_security_group", own, "connects_to", "aws_security_group", other)
    for volume in pages(client, "describe_volumes", "Volumes"):
        items["aws_ebs_volume"].add(arn("volume", volume["VolumeId"]))
    for interface in pages(client, "describe_network_interfaces", "NetworkInterfaces"):
        own = arn("network-interface", interface["NetworkInterfaceId"])
        items["aws_network_interface"].add(own)
        relate("aws_network_interface", own, "part_of", "aws_subnet", arn("subnet", interface["SubnetId"]))
        for group in interface["Groups"]:
            target = arn("security-group", group["GroupId"])
            relate("aws_network_interface", own, "uses", "aws_security_group", target)
    for reservation in pages(client, "describe_instances", "Reservations"):
        for instance in reservation["Instances"]:
            own = arn("instance", instance["InstanceId"])
            items["aws_ec2_instance"].add(own)
            if "SubnetId" in instance:
                relate("aws_ec2_instance", own, "part_of", "aws_subnet", arn("subnet", instance["SubnetId"]))
                relate("aws_ec2_instance", own, "part_of", "aws_vpc", arn("vpc", instance["VpcId"]))
            for group in instance.get("SecurityGroups", []):
                target = arn("security-group", group["GroupId"])
                relate("aws_ec2_instance", own, "uses", "aws_security_group", target)
            for interface in instance.get("NetworkInterfaces", []):
                target = arn("network-interface", interface["NetworkInterfaceId"])
                relate("aws_ec2_instance", own, "uses", "aws_network_interface", target)
            for mapping in instance.get("BlockDeviceMappings", []):
                target = arn("volume", mapping["Ebs"]["VolumeId"])
                relate("aws_ec2_instance", own, "uses", "aws_ebs_volume", target)
            if "IamInstanceProfile" in instance:
                target = instance["IamInstanceProfile"]["Arn"]
                relate("aws_ec2_instance", own, "uses", "aws_iam_instance_profile", target)


def rds(region):
    client = boto3.client("rds", region_name=region)
    for database in pages(client, "describe_db_instances", "DBInstances"):
        own = database["DBInstanceArn"]
        items["aws_rds_instance"].add(own)
        for group in database.get("VpcSecurityGroups", []):
            target = ec2_arn(region, "security-group", group["VpcSecurityGroupId"])
            relate("aws_rds_instance", own, "uses", "aws_security_group", target)
        if "DBClusterIdentifier" in database:
            target = f"arn:aws:rds:{region}:{ACCOUNT}:cluster:{database['DBClusterIdentifier']}"
            relate("aws_rds_instance", own, "part_of", "aws_rds_cluster", target)
    for cluster in pages(client, "describe_db_clusters", "DBClusters"):
        own = cluster["DBClusterArn"]
        items["aws_rds_cluster"].add(own)
        target = f"arn:aws:rds:{region}:{ACCOUNT}:subgrp:{cluster['DBSubnetGroup']}"
        relate("aws_rds_cluster", own, "uses", "aws_rds_subnet_group", target)
        for member in cluster["DBClusterMembers"]:
            target = f"arn:aws:rds:{region}:{ACCOUNT}:db:{member['DBInstanceIdentifier']}"
            relate("aws_rds_cluster", own, "depends_on", "aws_rds_instance", target)
    for group in pages(client, "describe_db_subnet_groups", "DBSubnetGroups"):
        own = group["DBSubnetGroupArn"]
        items["aws_rds_subnet_group"].add(own)
        for subnet in group["Subnets"]:
            target = ec2_arn(region, "subnet", subnet["SubnetIdentifier"])
            relate("aws_rds_subnet_group", own, "uses", "aws_subnet", target)
    # A snapshot's instance is found by its resource id, which moto gives to all instances alike:
    # that relation is tested with one instance, in aws-rds-snapshot.test.ts.
    for snapshot in pages(client, "describe_db_snapshots", "DBSnapshots"):
        items["aws_rds_snapshot"].add(snapshot["DBSnapshotArn"])
    for snapshot in pages(client, "describe_db_cluster_snapshots", "DBClusterSnapshots"):
        own = snapshot["DBClusterSnapshotArn"]
        items["aws_rds_cluster_snapshot"].add(own)
        target = f"arn:aws:rds:{region}:{ACCOUNT}:cluster:{snapshot['DBClusterIdentifier']}"
        relate("aws_rds_cluster_snapshot", own, "backs_up", "aws_rds_cluster", target)


def elasticache(region):
    client = boto3.client("elasticache", region_name=region)

    def arn(kind, name):
        return f"arn:aws:elasticache:{region}:{ACCOUNT}:{kind}:{name}"

    for cluster in pages(client, "describe_cache_clusters", "CacheClusters"):
        items["aws_elasticache_cluster"].add(cluster["ARN"])
        if "CacheSubnetGroupName" in cluster:
            target = arn("subnetgroup", cluster["CacheSubnetGroupName"])
            relate(
                "aws_elasticache_cluster",
                cluster["ARN"],
                "uses",
                "aws_elasticache_subnet_group",
                target,
            )
    for group in pages(client, "describe_replication_groups", "ReplicationGroups"):
        items["aws_elasticache_replication_group"].add(group["ARN"])
    for group in pages(client, "describe_cache_subnet_groups", "CacheSubnetGroups"):
        items["aws_elasticache_subnet_group"].add(group["ARN"])
        for subnet in group["Subnets"]:
            target = ec2_arn(region, "subnet", subnet["SubnetIdentifier"])
            relate("aws_elasticache_subnet_group", group["ARN"], "uses", "aws_subnet", target)


def dynamodb(region):
    client = boto3.client("dynamodb", region_name=region)
    for name in pages(client, "list_tables", "TableNames"):
        items["aws_dynamodb_table"].add(f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}")


def messaging(region):
    sqs = boto3.client("sqs", region_name=region)
    for url in pages(sqs, "list_queues", "QueueUrls"):
        if url is None:
            continue
        own = f"arn:aws:sqs:{region}:{ACCOUNT}:{url.split('/')[-1]}"
        items["aws_sqs_queue"].add(own)
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        if "RedrivePolicy" in attributes:
            target = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"]
            relate("aws_sqs_queue", own, "uses", "aws_sqs_queue", target)
    sns = boto3.client("sns", region_name=region)
    for topic in pages(sns, "list_topics", "Topics"):
        items["aws_sns_topic"].add(topic["TopicArn"])
    for subscription in pages(sns, "list_subscriptions", "Subscriptions"):
        own, topic = subscription["SubscriptionArn"], subscription["TopicArn"]
        items["aws_sns_subscription"].add(own)
        relate("aws_sns_subscription", own, "part_of", "aws_sns_topic", topic)
        if subscription["Protocol"] == "sqs":
            relate(
                "aws_sns_topic", topic, "communicates_with", "aws_sqs_queue", subscription["Endpoint"]
            )


def s3():
    for bucket in boto3.client("s3", region_name=REGIONS[0]).list_buckets()["Buckets"]:
        items["aws_s3_bucket"].add(f"arn:aws:s3:::{bucket['Name']}")


def iam():
    client = boto3.client("iam", region_name=REGIONS[0])
    for role in pages(client, "list_roles", "Roles"):
        items["aws_iam_role"].add(role["Arn"])
    for profile in pages(client, "list_instance_profiles", "InstanceProfiles"):
        items["aws_iam_instance_profile"].add(profile["Arn"])
        for role in profile["Roles"]:
            relate("aws_iam_instance_profile", profile["Arn"], "uses", "aws_iam_role", role["Arn"])


def dns():
    for zone in pages(boto3.client("route53", region_name=REGIONS[0]), "list_hosted_zones", "HostedZones"):
        items["aws_route53_zone"].add(f"arn:aws:route53:::hostedzone/{zone['Id'].rsplit('/', 1)[-1]}")


def distributions():
    client = boto3.client("cloudfront", region_name=REGIONS[0])
    for distribution in pages(client, "list_distributions", "DistributionList.Items"):
        items["aws_cloudfront_distribution"].add(distribution["ARN"])


for region in REGIONS:
    ec2(region)
    listed_plainly(region)
    route_tables(region)
    load_balancers(region)
    rds(region)
    elasticache(region)
    dynamodb(region)
    messaging(region)
s3()
iam()
dns()
distributions()

json.dump(
    {
        "items": {name: sorted(ids) for name, ids in items.items()},
        "edges": {name: sorted(pairs) for name, pairs in edges.items()},
    },
    sys.stdout,
)
