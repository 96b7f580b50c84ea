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


for region in REGIONS:
    ec2(region)
    rds(region)
s3()
iam()

json.dump(
    {
        "items": {name: sorted(ids) for name, ids in items.items()},
        "edges": {name: sorted(pairs) for name, pairs in edges.items()},
    },
    sys.stdout,
)
