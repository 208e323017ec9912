"""Clusters to talk about."""

from handlers.ports import Cluster

ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/prod"
GKE = "gke_shop-prod_europe-west1_Main"
CLUSTERS = (
    Cluster("cluster-a", ("a", "live"), "production"),
    Cluster("cluster-b", ("b",), "staging"),
    Cluster("edge-1", (), "edge"),
    Cluster("edge-2", (), "edge"),
    Cluster(ARN),
    Cluster(GKE),
    Cluster("admin@kubernetes"),
    Cluster("prod.example.com"),
    Cluster("diff"),
)
