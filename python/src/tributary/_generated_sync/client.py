from typing import Any, Optional, Union

from .attribute import Attribute
from .attribution import Attribution
from .attribution_graph import AttributionGraph
from .base_client import BaseClient
from .base_model import UNSET, UnsetType
from .datasets import Datasets
from .feature import Feature
from .feature_sets import FeatureSets
from .input_types import AttributeInput, AttributionGraphInput
from .models import Models
from .runs import Runs


def gql(q: str) -> str:
    return q


class GeneratedClient(BaseClient):
    def attribute(self, input: AttributeInput, first: int, **kwargs: Any) -> Attribute:
        query = gql("""
            query Attribute($input: AttributeInput!, $first: Int!) {
              attribute(input: $input) {
                ...AttributionParts
              }
            }

            fragment AttributionParts on Attribution {
              id
              key
              warnings
              model {
                slug
                layers
                heads
              }
              sequence {
                text
                tokens {
                  index
                  tokenId
                  text
                  start
                  end
                }
              }
              target {
                type
                text
                minusText
                position
                value
                probability
                layer
              }
              partitionKind
              mode
              rule
              temperature
              engine
              completenessError
              componentCount
              storedCount
              tailMass
              contributions(first: $first) {
                ...ContributionPage
              }
            }

            fragment ContributionPage on ContributionConnection {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ordinal
                score
                component {
                  __typename
                  kind
                  index
                  layer
                  label
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input, "first": first}
        response = self.execute(
            query=query, operation_name="Attribute", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Attribute.model_validate(data)

    def attribution(
        self,
        id: str,
        first: int,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Attribution:
        query = gql("""
            query Attribution($id: ID!, $first: Int!, $after: String) {
              node(id: $id) {
                __typename
                ... on Attribution {
                  ...AttributionParts
                  later: contributions(first: $first, after: $after) {
                    ...ContributionPage
                  }
                }
              }
            }

            fragment AttributionParts on Attribution {
              id
              key
              warnings
              model {
                slug
                layers
                heads
              }
              sequence {
                text
                tokens {
                  index
                  tokenId
                  text
                  start
                  end
                }
              }
              target {
                type
                text
                minusText
                position
                value
                probability
                layer
              }
              partitionKind
              mode
              rule
              temperature
              engine
              completenessError
              componentCount
              storedCount
              tailMass
              contributions(first: $first) {
                ...ContributionPage
              }
            }

            fragment ContributionPage on ContributionConnection {
              totalCount
              pageInfo {
                hasNextPage
                endCursor
              }
              nodes {
                ordinal
                score
                component {
                  __typename
                  kind
                  index
                  layer
                  label
                }
              }
            }
            """)
        variables: dict[str, object] = {"id": id, "first": first, "after": after}
        response = self.execute(
            query=query, operation_name="Attribution", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Attribution.model_validate(data)

    def runs(
        self, first: int, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Runs:
        query = gql("""
            query Runs($first: Int!, $after: String) {
              runs(first: $first, after: $after) {
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  number
                  model {
                    slug
                    layers
                    heads
                  }
                  dataset {
                    slug
                  }
                  computes
                  change
                  partitionKind
                  mode
                  rule
                  options
                  status
                  total
                  progress {
                    done
                    failed
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = self.execute(
            query=query, operation_name="Runs", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Runs.model_validate(data)

    def models(
        self, first: int, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Models:
        query = gql("""
            query Models($first: Int!, $after: String) {
              models(first: $first, after: $after) {
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  slug
                  name
                  architecture
                  layers
                  heads
                  neurons
                  residualWidth
                  vocabularySize
                }
              }
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = self.execute(
            query=query, operation_name="Models", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Models.model_validate(data)

    def datasets(
        self, first: int, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Datasets:
        query = gql("""
            query Datasets($first: Int!, $after: String) {
              datasets(first: $first, after: $after) {
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  slug
                  title
                  format
                  promptCount
                }
              }
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = self.execute(
            query=query, operation_name="Datasets", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Datasets.model_validate(data)

    def feature_sets(
        self,
        first: int,
        model: Union[Optional[str], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> FeatureSets:
        query = gql("""
            query FeatureSets($model: String, $first: Int!, $after: String) {
              featureSets(model: $model, first: $first, after: $after) {
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  name
                  source
                  sourceSet
                  layer
                  site
                  featureCount
                  activation
                  verdict
                  model {
                    slug
                  }
                  sweeps {
                    status
                    tokens
                    dataset {
                      slug
                    }
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {"model": model, "first": first, "after": after}
        response = self.execute(
            query=query, operation_name="FeatureSets", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return FeatureSets.model_validate(data)

    def feature(
        self,
        model: str,
        source: str,
        index: int,
        examples: int,
        dataset: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Feature:
        query = gql("""
            query Feature($model: String!, $source: String!, $index: Int!, $dataset: String, $examples: Int!) {
              feature(model: $model, source: $source, index: $index) {
                name
                index
                label
                decoderNorm
                set {
                  source
                  site
                  model {
                    slug
                  }
                }
                topLogits {
                  tokenId
                  text
                  logit
                }
                bottomLogits {
                  tokenId
                  text
                  logit
                }
                neighbours {
                  cosine
                  feature {
                    name
                    label
                  }
                }
                explanations {
                  description
                  author
                  method
                  score
                  votes
                }
                statistics(dataset: $dataset) {
                  dataset
                  tokens
                  fired
                  density
                  mean
                  max
                  histogram {
                    from
                    to
                    count
                  }
                  coFiring {
                    share
                    feature {
                      name
                      label
                    }
                  }
                  strongest(first: $examples) {
                    ...ExampleParts
                  }
                  intervals(first: $examples) {
                    from
                    to
                    fired
                    examples {
                      ...ExampleParts
                    }
                  }
                }
              }
            }

            fragment ExampleParts on FeatureExample {
              rank
              value
              position
              token
              first
              tokens
              values
            }
            """)
        variables: dict[str, object] = {
            "model": model,
            "source": source,
            "index": index,
            "dataset": dataset,
            "examples": examples,
        }
        response = self.execute(
            query=query, operation_name="Feature", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Feature.model_validate(data)

    def attribution_graph(
        self, input: AttributionGraphInput, **kwargs: Any
    ) -> AttributionGraph:
        query = gql("""
            query AttributionGraph($input: AttributionGraphInput!) {
              attributionGraph(input: $input) {
                key
                model {
                  slug
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = self.execute(
            query=query,
            operation_name="AttributionGraph",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return AttributionGraph.model_validate(data)
